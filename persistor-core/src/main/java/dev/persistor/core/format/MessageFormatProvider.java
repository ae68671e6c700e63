package dev.persistor.core.format;

/**
 * Brings a format other than raw. Found through {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are safe for use by many threads, and cheap to make.
 */
public interface MessageFormatProvider {

    /** Returns the name of the format that this provider makes. */
    String name();

    /**
     * Makes the format.
     *
     * @param compression how new blobs are compressed; reading recognises all
     * @throws IllegalArgumentException if the format does not know this compression, or a library for it is missing; the
     *     message says what is allowed or which library
     */
    MessageFormat format(Compression compression);
}
