package dev.persistor.core.format.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

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
                byte[] ascii = JacksonTexts.ascii(random, length);
                assertThat(escaped(ascii)).isEqualTo(JacksonTexts.escaped(ascii));
            }
        }
    }

    @Test
    void whatIsBeyondAsciiStaysWhereverItIs() throws IOException {
        for (int length = 0; length < 150; length++) {
            byte[] utf8 =
                    ("x".repeat(length) + "\u20ac\"\ud83d\ude00" + "x".repeat(20)).getBytes(StandardCharsets.UTF_8);
            assertThat(escaped(utf8)).isEqualTo(JacksonTexts.escaped(utf8));
        }
    }

    @Test
    void whatIsAllEscapedHasRoom() throws IOException {
        byte[] bells = new byte[100_000];
        Arrays.fill(bells, (byte) 7);
        assertThat(escaped(bells)).isEqualTo(JacksonTexts.escaped(bells));
    }

    /** What is behind the text is all to be escaped, and is no part of it. */
    private byte[] escaped(byte[] utf8) {
        byte[] more = Arrays.copyOf(utf8, utf8.length + JsonEscapes.READ_BEHIND);
        Arrays.fill(more, utf8.length, more.length, (byte) '"');
        int length = escapes.escape(more, utf8.length);
        return Arrays.copyOf(escapes.bytes(), length);
    }
}
