package dev.persistor.core.format;

import java.util.Locale;

/**
 * A bound on what a blob may make a reader hold or do. What is beyond it is damage, so that no content of an archive takes all
 * memory or never ends. Each has a setting of its own.
 *
 * <p>Immutable.
 */
public enum ReadLimit {
    /** The bytes of a line of jsonl or of a JSON record, decompressed; reading one takes up to five times as much memory. */
    LINE("PERSISTOR_READ_LINE", "bytes", partOfHeap(16)),
    /** The bytes of a payload; of an Avro record, of its attributes too. */
    PAYLOAD("PERSISTOR_READ_PAYLOAD", "bytes", partOfHeap(8)),
    /** The maximum number of attributes, and of broker properties, of a message. */
    ATTRIBUTES("PERSISTOR_READ_ATTRIBUTES", "attributes", 10_000),
    /** The bytes of an Avro block, as it is stored and decompressed. Blocks are read as streams, so it bounds time. */
    BLOCK("PERSISTOR_READ_BLOCK", "bytes", 1L << 30),
    /** The bytes of what an Avro file begins with, its schema included. */
    HEADER("PERSISTOR_READ_HEADER", "bytes", 1L << 20),
    /** The maximum ratio of decompressed to compressed bytes; the first 64 MiB of content are exempt. */
    RATIO("PERSISTOR_READ_RATIO", "times its stored size", 2_000),
    /** The bytes of the window that a zstd frame may ask for, outside of the heap; RFC 8878 recommends this to all readers. */
    WINDOW("PERSISTOR_READ_WINDOW", "bytes", 8L << 20);

    /** Enough for the largest message of Pub/Sub in Base64. */
    private static final long LEAST = 16L << 20;

    private final String setting;
    private final String unit;
    private final long defaultValue;

    ReadLimit(String setting, String unit, long defaultValue) {
        this.setting = setting;
        this.unit = unit;
        this.defaultValue = defaultValue;
    }

    private static long partOfHeap(int part) {
        return Math.max(LEAST, Runtime.getRuntime().maxMemory() / part);
    }

    /** Returns the name of the setting. */
    public String setting() {
        return setting;
    }

    /** Returns the value unless another is set, 1 or more. */
    public long defaultValue() {
        return defaultValue;
    }

    /** Tells whether the limit is a number of bytes. */
    public boolean isSize() {
        return unit.equals("bytes");
    }

    /** Returns what is said of content beyond the limit. */
    String exceeded(long allowed) {
        return String.format(Locale.ROOT, "more than %d %s, which %s allows", allowed, unit, setting);
    }
}
