package dev.persistor.avro;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.avro.file.DataFileConstants;

/**
 * Decompresses the blocks of a file. Avro's own codecs give a block whole or not at all; as a stream, a torn block gives
 * what there is of it. Not thread-safe.
 */
interface BlockCodec extends AutoCloseable {

    /** Returns what a block holds. It is read to its end, or left, before the next is opened. */
    InputStream open(InputStream block) throws IOException;

    /** Releases what the codec holds. */
    @Override
    void close();

    /**
     * Returns a codec by its name in the header.
     *
     * @param window how many bytes of memory a block of zstandard may ask for
     *
     * @throws FormatException if there is no such codec here, or its library is missing
     */
    static BlockCodec named(String codec, long window, BlobName blob) {
        return switch (codec) {
            case DataFileConstants.NULL_CODEC -> new Stored();
            case DataFileConstants.DEFLATE_CODEC -> new Deflate();
            case DataFileConstants.SNAPPY_CODEC -> new Snappy();
            case DataFileConstants.ZSTANDARD_CODEC -> {
                requireZstd(blob);
                yield new Zstandard(window);
            }
            default ->
                throw new FormatException(
                        blob + " is compressed with Avro's codec " + codec + ", and only null, deflate, snappy and"
                                + " zstandard can be read",
                        null);
        };
    }

    private static void requireZstd(BlobName blob) {
        try {
            Compression.ZSTD.requireAvailable();
        } catch (IllegalArgumentException e) {
            throw new FormatException(blob + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Blocks as they are. */
    final class Stored implements BlockCodec {
        @Override
        public InputStream open(InputStream block) {
            return block;
        }

        @Override
        public void close() {}
    }

    /** RFC 1951, with neither the header nor the checksum of RFC 1950. */
    final class Deflate implements BlockCodec {
        private static final int BUFFER = 16 * 1024;

        private final Inflater inflater = new Inflater(true);

        @Override
        public InputStream open(InputStream block) {
            inflater.reset();
            return new InflaterInputStream(block, inflater, BUFFER);
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
