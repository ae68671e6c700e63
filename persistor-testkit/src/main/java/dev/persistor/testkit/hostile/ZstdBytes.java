package dev.persistor.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes zstd frames (RFC 8878) byte by byte, also such as no library would write. */
final class ZstdBytes {

    /** Of 2^31 bytes: the exponent is in the upper five bits, counted from 2^10. */
    static final int LARGEST_WINDOW = 21 << 3;

    /** Of 2^20 bytes. */
    private static final int SMALL_WINDOW = 10 << 3;

    private static final int RAW = 0;
    private static final int RUN = 1;
    private static final int LARGEST_BLOCK = 128 * 1024;

    private ZstdBytes() {}

    /** Writes a frame of one block. */
    static void frame(int window, String content, OutputStream out) throws IOException {
        begin(window, out);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        block(bytes.length, RAW, true, out);
        out.write(bytes);
    }

    /** Writes a frame of so many blocks, each of which is 128 KiB of line feeds in four bytes. */
    static void bomb(int blocks, OutputStream out) throws IOException {
        begin(SMALL_WINDOW, out);
        for (int i = 0; i < blocks; i++) {
            block(LARGEST_BLOCK, RUN, i == blocks - 1, out);
            out.write('\n');
        }
    }

    private static void begin(int window, OutputStream out) throws IOException {
        // Magic number; a descriptor without content size, checksum and dictionary; the window.
        out.write(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) window});
    }

    private static void block(int size, int type, boolean last, OutputStream out) throws IOException {
        int header = size << 3 | type << 1 | (last ? 1 : 0);
        out.write(header);
        out.write(header >> 8);
        out.write(header >> 16);
    }
}
