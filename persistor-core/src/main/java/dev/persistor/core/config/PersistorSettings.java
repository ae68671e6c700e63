package dev.persistor.core.config;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.FilePermissions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * The settings that every way of running Persistor has, as environment variables.
 *
 * <p>Immutable.
 */
public final class PersistorSettings {

    /** Where blobs go. */
    public static final Setting<URI> STORE = Setting.optional(
                    "PERSISTOR_STORE",
                    "The store that blobs go to.",
                    "an address such as gs://bucket/prefix, https://ACCOUNT.blob.core.windows.net/container/prefix or"
                            + " file:///folder",
                    PersistorSettings::address)
            .required();

    /** What messages' source is called. */
    public static final Setting<String> SOURCE = Setting.optional(
            "PERSISTOR_SOURCE",
            "The source that archived messages are filed under, in place of the subscription, hub or queue that they"
                    + " came from.",
            "a short name",
            Function.identity());

    /** How blobs are named. */
    public static final Setting<PathTemplate> PATH = Setting.optional(
                    "PERSISTOR_PATH",
                    "The template that names blobs.",
                    "a path template such as " + PathTemplate.DEFAULT,
                    PathTemplate::parse)
            .withDefault(PathTemplate.DEFAULT.toString());

    /** How messages become blobs. */
    public static final Setting<String> FORMAT = Setting.optional(
                    "PERSISTOR_FORMAT",
                    "How messages become blobs: raw stores each payload as it is, one blob a message; jsonl and avro hold"
                            + " many messages a blob.",
                    "raw, jsonl, or avro where persistor-avro is on the class path",
                    String::strip)
            .withDefault(RawFormat.NAME);

    /** How blobs are compressed. */
    public static final Setting<Compression> COMPRESSION = Setting.optional(
                    "PERSISTOR_COMPRESSION",
                    "How blobs of many messages are compressed.",
                    "none, gzip, or zstd where com.github.luben:zstd-jni is on the class path",
                    text -> Compression.ofLabel(text.strip()))
            .withDefault(Compression.NONE.label());

    /** How many messages share a blob. */
    public static final Setting<Integer> BATCH_MESSAGES = Setting.optional(
                    "PERSISTOR_BATCH_MESSAGES",
                    "How many messages share a blob at most; 1 means that each has its own. More needs the format jsonl or"
                            + " avro.",
                    "a whole number, 1 or more",
                    Values::positiveNumber)
            .withDefault("1");

    /** How large a batch grows. */
    public static final Setting<Long> BATCH_BYTES = Setting.optional(
                    "PERSISTOR_BATCH_BYTES",
                    "How many bytes of messages share a blob at most, before compression; a larger message has its own.",
                    "a size such as 512KiB or 8MiB",
                    Values::positiveSize)
            .withDefault("8MiB");

    /** How long a batch waits. */
    public static final Setting<Duration> BATCH_LINGER = Setting.optional(
                    "PERSISTOR_BATCH_LINGER",
                    "How long the first message of a batch waits for others at most.",
                    "a duration such as 50ms or 2s, more than nothing",
                    Values::positiveDuration)
            .withDefault("250ms");

    /** How much is held in memory. */
    public static final Setting<Long> BATCH_MEMORY = Setting.optional(
                    "PERSISTOR_BATCH_MEMORY",
                    "How many bytes of messages wait or are being written at a time; callers beyond the limit block. Writing takes up"
                            + " to three times as much again, so keep it under a quarter of the heap.",
                    "a size such as 64MiB, and enough for one batch",
                    Values::positiveSize)
            .withDefault("16MiB");

    /** How long a write is tried. */
    public static final Setting<Duration> RETRY_DEADLINE = Setting.optional(
                    "PERSISTOR_RETRY_DEADLINE",
                    "How long a write that fails is tried again before the message is given back to its broker. Keep"
                            + " it under the broker's acknowledgement deadline.",
                    "a duration such as 250ms, 8s or 4m, more than nothing",
                    Values::positiveDuration)
            .withDefault("8s");

    /** Where blobs go that the store does not take. */
    public static final Setting<URI> FALLBACK_STORE = Setting.optional(
            "PERSISTOR_FALLBACK_STORE",
            "A second store, such as a bucket in another region, for blobs that the first did not take within half of"
                    + " PERSISTOR_RETRY_DEADLINE.",
            "an address as for the first store, and not the same",
            PersistorSettings::address);

    /** Who may read what a store in a folder creates. */
    public static final Setting<FilePermissions> FILE_PERMISSIONS = Setting.optional(
                    FilePermissions.SETTING,
                    "Who may read and write the files and folders that a store in a folder creates, within the process's"
                            + " umask.",
                    "owner, group (the owner and the group) or all",
                    FilePermissions::parse)
            .withDefault(FilePermissions.GROUP.label());

    /** What becomes of events that cannot be understood. */
    public static final Setting<Boolean> QUARANTINE = Setting.optional(
                    "PERSISTOR_QUARANTINE",
                    "Whether an event that cannot be understood is stored under _quarantine/ as it came and then"
                            + " acknowledged; if not, it is refused each time that it comes.",
                    "true or false",
                    Values::bool)
            .withDefault("false");

    /** Whether what was replayed is archived again. */
    public static final Setting<Boolean> SKIP_REPLAYED = Setting.optional(
                    "PERSISTOR_SKIP_REPLAYED",
                    "Whether a message that Persistor replayed into the topic is acknowledged without a second copy, when its"
                            + " original is read where its attribute says, with the same content; if not, it is archived again.",
                    "true or false",
                    Values::bool)
            .withDefault("false");

    private PersistorSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(
                STORE,
                SOURCE,
                PATH,
                FORMAT,
                COMPRESSION,
                BATCH_MESSAGES,
                BATCH_BYTES,
                BATCH_LINGER,
                BATCH_MEMORY,
                RETRY_DEADLINE,
                FALLBACK_STORE,
                FILE_PERMISSIONS,
                QUARANTINE,
                SKIP_REPLAYED);
    }

    private static URI address(String text) {
        URI address = URI.create(text.strip());
        if (address.getScheme() == null) {
            throw new IllegalArgumentException("it has no scheme");
        }
        return address;
    }
}
