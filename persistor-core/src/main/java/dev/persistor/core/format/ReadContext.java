package dev.persistor.core.format;

/**
 * The limits for a format that reads a blob, and the listener for its progress. Several blobs are read at a time: the context sees to
 * it that they do not all make large messages at once.
 *
 * <p>Implementations are for one blob, and used by the thread that reads it.
 */
public interface ReadContext {

    /** A message of more bytes is large. */
    int LARGE = 1024 * 1024;

    /** The default limits, without a listener. */
    ReadContext DEFAULT = of(ReadLimits.DEFAULT);

    /** Returns a context of limits alone. */
    static ReadContext of(ReadLimits limits) {
        return () -> limits;
    }

    /** Returns what the content may be. */
    ReadLimits limits();

    /**
     * Tells whether payloads are needed. If they are not, a format may pass over them unchecked and give messages with empty payloads.
     */
    default boolean needsPayloads() {
        return true;
    }

    /** Waits until a large message may be made. A reader calls it before it holds more than {@link #LARGE} bytes of one message. */
    default void beforeLarge() {}

    /** Tells that so many bytes of the content were read, decompressed. */
    default void progress(int bytes) {}
}
