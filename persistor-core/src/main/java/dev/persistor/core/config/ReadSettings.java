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
            "How long a line of jsonl, or a JSON record, may be. Reading one takes up to five times as much memory. Without it:"
                    + " a sixteenth of the heap, and 16MiB at least.");

    private static final Setting<Long> PAYLOAD = size(
            ReadLimit.PAYLOAD,
            "How large a payload may be, or a message of an Avro file. Without it: an eighth of the heap, and 16MiB at least.");

    private static final Setting<Long> ATTRIBUTES = number(
                    ReadLimit.ATTRIBUTES, "How many attributes a message may have, and how many broker properties.")
            .withDefault("10000");

    private static final Setting<Long> BLOCK = size(
                    ReadLimit.BLOCK, "How large a block of an Avro file may be, as it is stored and decompressed.")
            .withDefault("1GiB");

    private static final Setting<Long> HEADER = size(
                    ReadLimit.HEADER, "How large the header of an Avro file may be, with its schema.")
            .withDefault("1MiB");

    private static final Setting<Long> RATIO = number(
                    ReadLimit.RATIO,
                    "How many times as large as its compressed bytes a content may be. The first 64 MiB of it are free.")
            .withDefault("2000");

    private static final Setting<Long> WINDOW = size(
                    ReadLimit.WINDOW,
                    "How large a window a zstd frame may ask for. It is memory outside of the heap, for each blob that is read at"
                            + " a time. Files that were compressed with zstd --long need up to 128MiB.")
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
