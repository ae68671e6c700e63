package dev.persistor.core.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** The CRC32C of a file, without holding the file in memory. */
final class FileChecksum {

    private static final int CHUNK = 64 * 1024;

    private FileChecksum() {}

    static int of(FileChannel channel) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (channel.read(chunk) >= 0) {
            crc.update(chunk.flip());
            chunk.clear();
        }
        return (int) crc.getValue();
    }
}
