package dev.persistor.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/** Counts what is read, and at the end compares it with what was stored. Not thread-safe. */
final class VerifiedInputStream extends BulkInputStream {

    private final InputStream in;
    private final BlobInfo info;
    private final CRC32C crc = new CRC32C();
    private long count;
    private boolean ended;

    VerifiedInputStream(InputStream in, BlobInfo info) {
        this.in = in;
        this.info = info;
    }

    /**
     * Compares what was read with what was stored.
     *
     * @throws BlobDamagedException if they differ
     */
    static void verify(BlobInfo info, long size, int crc32c) {
        if (size != info.size() || info.crc32c().orElse(crc32c) != crc32c) {
            throw new BlobDamagedException(
                    "read " + info.name() + ": damaged: " + size + " bytes with CRC32C " + Integer.toHexString(crc32c)
                            + " where " + info.size() + " bytes with "
                            + Integer.toHexString(info.crc32c().orElse(crc32c)) + " were stored",
                    size < info.size());
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        int read = readOrFail(bytes, offset, length);
        if (read > 0) {
            crc.update(bytes, offset, read);
            count += read;
        } else if (read < 0 && !ended) {
            ended = true;
            verify(info, count, (int) crc.getValue());
        }
        return read;
    }

    private int readOrFail(byte[] bytes, int offset, int length) {
        try {
            return in.read(bytes, offset, length);
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + info.name(), e);
        }
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }
}
