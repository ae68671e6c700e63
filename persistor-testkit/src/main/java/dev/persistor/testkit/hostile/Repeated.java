package dev.persistor.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the same again and again. */
final class Repeated {

    private static final int CHUNK = 1 << 16;

    private Repeated() {}

    static void write(char c, long count, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        Arrays.fill(chunk, (byte) c);
        for (long left = count; left > 0; left -= CHUNK) {
            out.write(chunk, 0, (int) Math.min(left, CHUNK));
        }
    }

    static void write(String text, long count, OutputStream out) throws IOException {
        int atOnce = Math.max(1, CHUNK / text.length());
        byte[] chunk = text.repeat(atOnce).getBytes(StandardCharsets.UTF_8);
        int each = chunk.length / atOnce;
        for (long left = count; left > 0; left -= atOnce) {
            out.write(chunk, 0, (int) Math.min(left, atOnce) * each);
        }
    }
}
