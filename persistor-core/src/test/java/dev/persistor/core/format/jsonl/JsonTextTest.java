package dev.persistor.core.format.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    /** What follows a text is no matter, not even where it is no UTF-8. */
    private static final byte[] BEHIND = {'}', '\n', (byte) 0xff, '"', '\\', 'x', 'y', 'z', 'x', 'y', 'z'};

    private final JsonText text = new JsonText();

    /** All lengths up to some, so that whatever is done eight or more at a time has each of its ends. */
    @Test
    void whatJacksonEscapesIsReadBack() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 100; round++) {
            for (int length = 0; length < 300; length++) {
                byte[] ascii = JacksonTexts.ascii(random, length);
                assertThat(unescaped(JacksonTexts.escaped(ascii))).isEqualTo(ascii);
            }
        }
    }

    @Test
    void whatIsBeyondAsciiIsReadWhereverItIsAndOnlyAsUtf8() {
        for (int length = 0; length < 40; length++) {
            for (int at = 0; at <= length; at++) {
                String plain = "x".repeat(length);
                String text = plain.substring(0, at) + "\u20ac" + plain.substring(at);
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                assertThat(unescaped(utf8)).isEqualTo(utf8);
                byte[] torn = (text + "\"" + plain).getBytes(StandardCharsets.UTF_8);
                torn[at + 1] = 'x';
                assertThat(this.text.unescape(torn, 0, torn.length)).isEqualTo(JsonText.NONE);
            }
        }
    }

    @Test
    void aLongTextHasRoom() throws IOException {
        byte[] bells = new byte[100_000];
        Arrays.fill(bells, (byte) 7);
        assertThat(unescaped(JacksonTexts.escaped(bells))).isEqualTo(bells);
    }

    @Test
    void whatIsBehindTheClosingQuoteIsNotRead() {
        assertThat(text.unescape(new byte[] {'x', '"', 'a', 'b', '"', 'c', '"'}, 2, 7))
                .isEqualTo(4);
        assertThat(text.size()).isEqualTo(2);
        assertThat(text.unescape(new byte[] {'a', 'b', '"'}, 0, 2)).isEqualTo(JsonText.NONE);
    }

    @Test
    void aTextWithAControlCharacterHasNoClosingQuote() {
        for (int at = 0; at < 200; at++) {
            byte[] text = "x".repeat(200).concat("\"").getBytes(StandardCharsets.US_ASCII);
            text[at] = '\t';
            assertThat(JsonText.closingQuote(text, 0, text.length)).isEqualTo(JsonText.NONE);
        }
    }

    private byte[] unescaped(byte[] escaped) {
        byte[] closed = Arrays.copyOf(escaped, escaped.length + 1 + BEHIND.length);
        closed[escaped.length] = '"';
        System.arraycopy(BEHIND, 0, closed, escaped.length + 1, BEHIND.length);
        assertThat(text.unescape(closed, 0, closed.length)).isEqualTo(escaped.length);
        assertThat(JsonText.closingQuote(closed, 0, closed.length)).isEqualTo(escaped.length);
        assertThat(JsonText.closingQuote(closed, 0, escaped.length + 1)).isEqualTo(escaped.length);
        assertThat(JsonText.closingQuote(closed, 0, escaped.length)).isEqualTo(JsonText.NONE);
        byte[] unescaped = Arrays.copyOf(text.bytes(), text.size());
        assertThat(text.unescape(closed, 0, escaped.length + 1)).isEqualTo(escaped.length);
        assertThat(Arrays.copyOf(text.bytes(), text.size())).isEqualTo(unescaped);
        return unescaped;
    }
}
