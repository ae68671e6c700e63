package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

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

    @Test
    void percentCannotStandForItself() {
        assertThatThrownBy(() -> PercentEncoding.keeping("%")).isInstanceOf(IllegalArgumentException.class);
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
