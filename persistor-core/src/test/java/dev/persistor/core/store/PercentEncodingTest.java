package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {

    private final PercentEncoding encoding = PercentEncoding.keeping("-_.");

    @Test
    void lettersDigitsAndChosenCharactersStandForThemselves() {
        assertThat(encoding.encode("aZ09-_.")).isEqualTo("aZ09-_.");
    }

    @Test
    void allElseBecomesItsUtf8Bytes() {
        assertThat(encoding.encode("a/b\\c%d\u0000é€😀")).isEqualTo("a%2Fb%5Cc%25d%00%C3%A9%E2%82%AC%F0%9F%98%80");
    }

    @Test
    void loneSurrogatesKeepTheirNumbers() {
        assertThat(encoding.encode("\uD800")).isEqualTo("%ED%A0%80");
        assertThat(PercentEncoding.decode("%ED%A0%80%ED%BF%BF")).contains("\uD800\uDFFF");
    }

    @Test
    void decodingUndoesEncodingAndNoTwoTextsBecomeOne() {
        Map<String, String> seen = new HashMap<>();
        for (long seed = 0; seed < 5_000; seed++) {
            String text = randomText(seed);
            String encoded = encoding.encode(text);
            assertThat(encoded).as("seed %d", seed).matches("[A-Za-z0-9%._-]*");
            assertThat(PercentEncoding.decode(encoded)).as("seed %d", seed).contains(text);
            String other = seen.put(encoded, text);
            assertThat(other == null || other.equals(text)).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void textsOfOtherProgramsAreNotDecoded() {
        assertThat(PercentEncoding.decode("100%")).isEmpty();
        assertThat(PercentEncoding.decode("%zz")).isEmpty();
        assertThat(PercentEncoding.decode("%FF")).isEmpty();
        assertThat(PercentEncoding.decode("%C3")).isEmpty();
        assertThat(PercentEncoding.decode("%EF%BF%BD")).contains("\uFFFD");
    }

    @ParameterizedTest
    @CsvSource({
        "'\u007F', %7F",
        "'\u0080', %C2%80",
        "'\u07FF', %DF%BF",
        "'\u0800', %E0%A0%80",
        "'\uD7FF', %ED%9F%BF",
        "'\uE000', %EE%80%80",
        "'\uFFFF', %EF%BF%BF",
        "'\uD800\uDC00', %F0%90%80%80",
        "'\uDBFF\uDFFF', %F4%8F%BF%BF",
    })
    void theFirstAndTheLastCharacterOfEachLengthAreEncodedAsInUtf8(String text, String encoded) {
        assertThat(encoding.encode(text)).isEqualTo(encoded);
        assertThat(PercentEncoding.decode(encoded)).contains(text);
        assertThat(PercentEncoding.decode("a" + encoded + encoded + "b")).contains("a" + text + text + "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%4",
                "a%",
                "%4g",
                "%g4",
                "%80",
                "%BF",
                "%C0%80",
                "%C3%28",
                "%E0%80%80",
                "%E0%A0",
                "%EF%BF",
                "%F0%80%80%80",
                "%F4%90%80%80",
                "%F5%80%80%80",
                "%41%",
                "%EF%BF%BD%FF"
            })
    void bytesThatAreNoCharactersAreNotDecoded(String text) {
        assertThat(PercentEncoding.decode(text)).isEmpty();
    }

    @Test
    void allVisibleAsciiButThePercentSignCanStandForItself() {
        PercentEncoding visible = PercentEncoding.keepingVisibleAscii();
        assertThat(visible.encode("!~/\\\"az09")).isEqualTo("!~/\\\"az09");
        assertThat(visible.encode("% \u007F")).isEqualTo("%25%20%7F");
        assertThat(PercentEncoding.keeping("!~").encode("!~")).isEqualTo("!~");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", " ", "\u007F", "é", "-%"})
    void nothingElseCanStandForItself(String others) {
        assertThatThrownBy(() -> PercentEncoding.keeping(others))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("visible ASCII");
    }

    private static String randomText(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(0x80));
                case 1 -> text.append((char) random.nextInt(0x10000));
                case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append("%/.\\~".charAt(random.nextInt(5)));
            }
        }
        return text.toString();
    }
}
