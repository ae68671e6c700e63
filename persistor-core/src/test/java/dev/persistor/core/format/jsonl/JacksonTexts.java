package dev.persistor.core.format.jsonl;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/** What texts become in JSON by Jackson, which what is done here without it is compared with. */
final class JacksonTexts {

    private JacksonTexts() {}

    /** Returns any characters of ASCII, of which many are to be escaped. */
    static byte[] ascii(Random random, int length) {
        byte[] ascii = new byte[length];
        for (int i = 0; i < length; i++) {
            boolean escaped = random.nextInt(6) == 0;
            ascii[i] = (byte) (escaped ? "\"\\\n\u0007".charAt(random.nextInt(4)) : random.nextInt(128));
        }
        return ascii;
    }

    /** Returns what is between the quotes. */
    static byte[] escaped(byte[] utf8) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Envelope.JSON.createGenerator(out)) {
            json.writeUTF8String(utf8, 0, utf8.length);
        }
        byte[] quoted = out.toByteArray();
        return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
    }
}
