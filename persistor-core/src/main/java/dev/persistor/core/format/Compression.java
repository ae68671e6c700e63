package dev.persistor.core.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * The compression of a blob's content. It is a property of the bytes, recognised by their beginning, and never a content
 * encoding: a store that knows one may serve other bytes than it was given.
 *
 * <p>Immutable.
 */
public enum Compression {
    /** The bytes as they are. */
    NONE,
    /** RFC 1952, at the default level. */
    GZIP,
    /** RFC 8878, at the default level; needs {@code com.github.luben:zstd-jni} on the class path. */
    ZSTD;

    private static final int BUFFER = 64 * 1024;
    private static final int MAGIC_BYTES = 4;

    /** RFC 9659 allows no larger window in HTTP: the sender decides how much memory a window takes. */
    private static final long RECEIVED_WINDOW = 8L << 20;

    /** Returns the name in settings: lower case, never translated. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the compression with the given label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Compression ofLabel(String label) {
        for (Compression compression : values()) {
            if (compression.label().equals(label)) {
                return compression;
            }
        }
        throw new IllegalArgumentException("unknown compression");
    }

    /**
     * Checks that what this compression needs is on the class path.
     *
     * @throws IllegalArgumentException if a library is missing; the message says which
     */
    public void requireAvailable() {
        if (this == ZSTD && !hasZstd()) {
            throw new IllegalArgumentException(
                    "the compression zstd requires com.github.luben:zstd-jni on the class path");
        }
    }

    /** Asked here and not of {@link Zstd}, which without the library cannot even be linked. */
    private static boolean hasZstd() {
        return Compression.class.getClassLoader().getResource("com/github/luben/zstd/ZstdOutputStream.class") != null;
    }

    /** Returns what is put behind the name of a file of such content: nothing, {@code .gz} or {@code .zst}. */
    public String suffix() {
        return switch (this) {
            case NONE -> "";
            case GZIP -> ".gz";
            case ZSTD -> ".zst";
        };
    }

    /**
     * Returns a stream that compresses into the given one. Closing it ends the compression and closes the given one.
     *
     * @throws IOException if the stream fails
     */
    public OutputStream compress(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case GZIP -> new GZIPOutputStream(out, BUFFER);
            case ZSTD -> Zstd.compress(out);
        };
    }

    /** Decompresses within the default limits; see {@link #decompress(InputStream, ReadContext)}. */
    public static InputStream decompress(InputStream in) throws IOException {
        return decompress(in, ReadContext.DEFAULT);
    }

    /**
     * Returns the content as it was before it was compressed, by whatever it was: its first bytes tell. Several compressed
     * streams one after another are read as one. A reader that reads the content to its end has read the given stream to its end,
     * and closing it closes that.
     *
     * @return a stream that throws {@link IOException} where the compressed one ends too early, is damaged or is beyond a limit, or
     *     where something else follows it
     * @throws IOException if the stream fails, or what it is compressed by needs a library that is not on the class path;
     *     the message says which
     */
    public static InputStream decompress(InputStream in, ReadContext context) throws IOException {
        CountedBytes stored = new CountedBytes(in);
        return GuardedContent.of(plain(stored, context.limits().of(ReadLimit.WINDOW)), stored::count, context);
    }

    private static InputStream plain(InputStream in, long window) throws IOException {
        // Not buffered: each of the readers below has a buffer of its own, and a second one would be one more copy of
        // all.
        PushbackInputStream content = new PushbackInputStream(in, MAGIC_BYTES);
        byte[] magic = content.readNBytes(MAGIC_BYTES);
        content.unread(magic);
        if (startsWith(magic, 0x1F, 0x8B)) {
            return new GunzipInputStream(content, BUFFER);
        }
        if (startsWith(magic, 0x28, 0xB5, 0x2F, 0xFD)) {
            if (!hasZstd()) {
                throw new IOException(
                        "compressed with zstd, which requires com.github.luben:zstd-jni on the" + " class path");
            }
            return Zstd.decompress(content, window);
        }
        return content;
    }

    /**
     * Returns the content of what a sender says is compressed by this. It is read as {@link #decompress} reads, but nothing else is
     * recognised, and it cannot make this process take more than 8 MiB of memory for its window (RFC 9659).
     *
     * @throws IOException if the stream fails or is not compressed by this, at once or while it is read
     */
    public InputStream decompressReceived(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GunzipInputStream(in, BUFFER);
            case ZSTD -> Zstd.decompress(in, RECEIVED_WINDOW);
        };
    }

    private static boolean startsWith(byte[] bytes, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
