package dev.persistor.core.config;

import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimits;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of what reads archives: what a blob may make it hold or do.
 *
 * <p>Immutable.
 */
public final class ReadSettings {

    private static final Setting<Long> LINE = size(
            ReadLimit.LINE,
            "The maximum length of a line of jsonl, or of a JSON record. Reading one takes up to five times as"
                    + " much memory. Default: a sixteenth of the heap, at least 16MiB.");

    private static final Setting<Long> PAYLOAD = size(
            ReadLimit.PAYLOAD,
            "The maximum size of a payload, or of a message of an Avro file. Default: an eighth of the heap, at"
                    + " least 16MiB.");

    private static final Setting<Long> ATTRIBUTES = number(
                    ReadLimit.ATTRIBUTES, "The maximum number of attributes of a message, and of broker properties.")
            .withDefault("10000");

    private static final Setting<Long> BLOCK = size(
                    ReadLimit.BLOCK, "The maximum size of a block of an Avro file, both stored and decompressed.")
            .withDefault("1GiB");

    private static final Setting<Long> HEADER = size(
                    ReadLimit.HEADER, "The maximum size of the header of an Avro file, including its schema.")
            .withDefault("1MiB");

    private static final Setting<Long> RATIO = number(
                    ReadLimit.RATIO,
                    "The maximum ratio of decompressed to compressed bytes. The first 64 MiB of content are exempt.")
            .withDefault("2000");

    private static final Setting<Long> WINDOW = size(
                    ReadLimit.WINDOW,
                    "The maximum window of a zstd frame. The window takes memory outside the heap for each blob being"
                            + " read. Files compressed with zstd --long need up to 128MiB.")
            .withDefault("8MiB");

    private ReadSettings() {}

    private static Setting<Long> size(ReadLimit limit, String meaning) {
        return Setting.optional(limit.setting(), meaning, "a size such as 64MiB", Values::positiveSize);
    }

    private static Setting<Long> number(ReadLimit limit, String meaning) {
        return Setting.optional(
                limit.setting(), meaning, "a whole number, 1 or more", text -> (long) Values.positiveNumber(text));
    }

    private static final Map<ReadLimit, Setting<Long>> SETTINGS = inOrder();

    private static Map<ReadLimit, Setting<Long>> inOrder() {
        Map<ReadLimit, Setting<Long>> settings = new EnumMap<>(ReadLimit.class);
        settings.put(ReadLimit.LINE, LINE);
        settings.put(ReadLimit.PAYLOAD, PAYLOAD);
        settings.put(ReadLimit.ATTRIBUTES, ATTRIBUTES);
        settings.put(ReadLimit.BLOCK, BLOCK);
        settings.put(ReadLimit.HEADER, HEADER);
        settings.put(ReadLimit.RATIO, RATIO);
        settings.put(ReadLimit.WINDOW, WINDOW);
        return settings;
    }

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.copyOf(SETTINGS.values());
    }

    /**
     * Returns the limits that an environment sets; others are the default ones. Other variables are passed over.
     *
     * @throws SettingsException if a value cannot be read; it names the setting, the value and what is allowed
     */
    public static ReadLimits limits(Map<String, String> environment) {
        Map<String, String> own = new HashMap<>(environment);
        own.keySet().retainAll(all().stream().map(Setting::name).toList());
        Settings settings = Settings.read(own, all());
        ReadLimits limits = ReadLimits.DEFAULT;
        for (Map.Entry<ReadLimit, Setting<Long>> each : SETTINGS.entrySet()) {
            Optional<Long> value = settings.find(each.getValue());
            limits = value.isPresent() ? limits.with(each.getKey(), value.get()) : limits;
        }
        return limits;
    }
}
