package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    private final JsonText text = new JsonText();

    /** All lengths up to some, so that whatever is done eight at a time has each of its ends. */
    @Test
    void whatJacksonEscapesIsReadBack() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            for (int length = 0; length < 100; length++) {
                byte[] ascii = new byte[length];
                for (int i = 0; i < length; i++) {
                    boolean escaped = random.nextInt(6) == 0;
                    ascii[i] = (byte) (escaped ? "\"\\\n\u0007".charAt(random.nextInt(4)) : random.nextInt(128));
                }
                assertThat(unescaped(escapedByJackson(ascii))).isEqualTo(ascii);
            }
        }
    }

    @Test
    void aLongTextHasRoom() throws IOException {
        byte[] bells = new byte[100_000];
        Arrays.fill(bells, (byte) 7);
        assertThat(unescaped(escapedByJackson(bells))).isEqualTo(bells);
    }

    @Test
    void whatIsBehindTheClosingQuoteIsNotRead() {
        assertThat(text.unescape(new byte[] {'x', '"', 'a', 'b', '"', 'c', '"'}, 2, 7))
                .isEqualTo(4);
        assertThat(text.size()).isEqualTo(2);
        assertThat(text.unescape(new byte[] {'a', 'b', '"'}, 0, 2)).isEqualTo(JsonText.NONE);
    }

    private byte[] unescaped(byte[] escaped) {
        byte[] closed = Arrays.copyOf(escaped, escaped.length + 1);
        closed[escaped.length] = '"';
        assertThat(text.unescape(closed, 0, closed.length)).isEqualTo(escaped.length);
        return Arrays.copyOf(text.bytes(), text.size());
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
