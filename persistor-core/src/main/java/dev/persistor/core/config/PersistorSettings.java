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

    /** The store for the blobs. */
    public static final Setting<URI> STORE = Setting.optional(
                    "PERSISTOR_STORE",
                    "The store for the blobs.",
                    "an address such as gs://bucket/prefix, https://ACCOUNT.blob.core.windows.net/container/prefix or"
                            + " file:///folder",
                    PersistorSettings::address)
            .required();

    /** The source name of archived messages. */
    public static final Setting<String> SOURCE = Setting.optional(
            "PERSISTOR_SOURCE",
            "The source name for archived messages, instead of the name of their subscription, hub or queue.",
            "a short name",
            Function.identity());

    /** The template for blob names. */
    public static final Setting<PathTemplate> PATH = Setting.optional(
                    "PERSISTOR_PATH",
                    "The template for blob names.",
                    "a path template such as " + PathTemplate.DEFAULT,
                    PathTemplate::parse)
            .withDefault(PathTemplate.DEFAULT.toString());

    /** The format of the blobs. */
    public static final Setting<String> FORMAT = Setting.optional(
                    "PERSISTOR_FORMAT",
                    "The format of the blobs. raw: each payload as it is, one message in a blob. jsonl and avro: many"
                            + " messages in a blob.",
                    "raw, jsonl, or avro where persistor-avro is on the class path",
                    String::strip)
            .withDefault(RawFormat.NAME);

    /** The compression of the blobs. */
    public static final Setting<Compression> COMPRESSION = Setting.optional(
                    "PERSISTOR_COMPRESSION",
                    "The compression of blobs with many messages.",
                    "none, gzip, or zstd where com.github.luben:zstd-jni is on the class path",
                    text -> Compression.ofLabel(text.strip()))
            .withDefault(Compression.NONE.label());

    /** The maximum number of messages in a blob. */
    public static final Setting<Integer> BATCH_MESSAGES = Setting.optional(
                    "PERSISTOR_BATCH_MESSAGES",
                    "The maximum number of messages in a blob; 1 turns batches off. More than 1 requires the format"
                            + " jsonl or avro.",
                    "a whole number, 1 or more",
                    Values::positiveNumber)
            .withDefault("1");

    /** The maximum size of a batch. */
    public static final Setting<Long> BATCH_BYTES = Setting.optional(
                    "PERSISTOR_BATCH_BYTES",
                    "The maximum size of a batch, before compression. A larger message is alone in its blob.",
                    "a size such as 512KiB or 8MiB",
                    Values::positiveSize)
            .withDefault("8MiB");

    /** The linger of a batch. */
    public static final Setting<Duration> BATCH_LINGER = Setting.optional(
                    "PERSISTOR_BATCH_LINGER",
                    "How long the first message of a batch waits for others.",
                    "a duration such as 50ms or 2s, more than 0",
                    Values::positiveDuration)
            .withDefault("250ms");

    /** The memory for waiting messages. */
    public static final Setting<Long> BATCH_MEMORY = Setting.optional(
                    "PERSISTOR_BATCH_MEMORY",
                    "The maximum size of all messages that wait or are being written; callers beyond the limit block."
                            + " Writing takes up to three times as much in addition, so keep it below a quarter"
                            + " of the heap.",
                    "a size such as 64MiB, at least PERSISTOR_BATCH_BYTES",
                    Values::positiveSize)
            .withDefault("16MiB");

    /** The retry budget of a write. */
    public static final Setting<Duration> RETRY_DEADLINE = Setting.optional(
                    "PERSISTOR_RETRY_DEADLINE",
                    "How long to retry a failed write before the message is returned to its broker. Keep it below the"
                            + " broker's acknowledgement deadline.",
                    "a duration such as 250ms, 8s or 4m, more than 0",
                    Values::positiveDuration)
            .withDefault("8s");

    /** The fallback store. */
    public static final Setting<URI> FALLBACK_STORE = Setting.optional(
            "PERSISTOR_FALLBACK_STORE",
            "A second store, such as a bucket in another region, for blobs that the first did not take within half of"
                    + " PERSISTOR_RETRY_DEADLINE.",
            "an address as for the first store, and not the same",
            PersistorSettings::address);

    /** The permissions of files that a file store creates. */
    public static final Setting<FilePermissions> FILE_PERMISSIONS = Setting.optional(
                    FilePermissions.SETTING,
                    "Who may read and write the files and folders that a store in a folder creates, within the"
                            + " process's umask.",
                    "owner, group (the owner and the group) or all",
                    FilePermissions::parse)
            .withDefault(FilePermissions.GROUP.label());

    /** Whether invalid events are quarantined. */
    public static final Setting<Boolean> QUARANTINE = Setting.optional(
                    "PERSISTOR_QUARANTINE",
                    "true: an event that is not a valid message is stored unchanged under _quarantine/ and"
                            + " acknowledged. false: it is refused each time it is delivered.",
                    "true or false",
                    Values::bool)
            .withDefault("false");

    /** Whether replayed messages are archived again. */
    public static final Setting<Boolean> SKIP_REPLAYED = Setting.optional(
                    "PERSISTOR_SKIP_REPLAYED",
                    "true: a message that Persistor replayed into the topic is acknowledged without a second copy if"
                            + " its original is found with the same content. false: it is archived again.",
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
            throw new IllegalArgumentException("it has no scheme such as gs:// or file://");
        }
        return address;
    }
}
