package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whoever wrote with Jackson wrote the same bytes, so that a blob of before is found to be the same. */
class JsonEscapesTest {

    private final JsonEscapes escapes = new JsonEscapes();

    /** All lengths up to some, so that blocks have each of their ends. */
    @Test
    void textsAreEscapedAsJacksonDoes() throws IOException {
        Random random = new Random(12);
        for (int round = 0; round < 100; round++) {
            for (int length = 0; length < 300; length++) {
                byte[] ascii = new byte[length];
                for (int i = 0; i < length; i++) {
                    boolean special = random.nextInt(6) == 0;
                    ascii[i] = (byte) (special ? "\"\\\n\u0007".charAt(random.nextInt(4)) : random.nextInt(128));
                }
                assertThat(escaped(ascii)).isEqualTo(escapedByJackson(ascii));
            }
        }
    }

    @Test
    void whatIsBeyondAsciiStaysWhereverItIs() throws IOException {
        for (int length = 0; length < 150; length++) {
            byte[] utf8 =
                    ("x".repeat(length) + "\u20ac\"\ud83d\ude00" + "x".repeat(20)).getBytes(StandardCharsets.UTF_8);
            assertThat(escaped(utf8)).isEqualTo(escapedByJackson(utf8));
        }
    }

    @Test
    void whatIsAllEscapedHasRoom() throws IOException {
        byte[] bells = new byte[100_000];
        Arrays.fill(bells, (byte) 7);
        assertThat(escaped(bells)).isEqualTo(escapedByJackson(bells));
    }

    /** What is behind the text is all to be escaped, and is no part of it. */
    private byte[] escaped(byte[] utf8) {
        byte[] more = Arrays.copyOf(utf8, utf8.length + JsonEscapes.READ_BEHIND);
        Arrays.fill(more, utf8.length, more.length, (byte) '"');
        int length = escapes.escape(more, utf8.length);
        return Arrays.copyOf(escapes.bytes(), length);
    }

    private static byte[] escapedByJackson(byte[] utf8) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Envelope.JSON.createGenerator(out)) {
            json.writeUTF8String(utf8, 0, utf8.length);
        }
        byte[] quoted = out.toByteArray();
        return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
    }
}
