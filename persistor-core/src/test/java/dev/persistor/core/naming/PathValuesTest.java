package dev.persistor.core.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathValuesTest {

    @ParameterizedTest
    @CsvSource({
        "order-42, order-42",
        "., %2E",
        ".., %2E%2E",
        "..., %2E.%2E",
        "../../etc, %2E.%2F..%2Fetc",
        "a/b, a%2Fb",
        "a\\b, a%5Cb",
        "_quarantine, %5Fquarantine",
        ".hidden, %2Ehidden",
        "trailing., trailing%2E",
        "a_b.c, a_b.c",
        "~, %7E",
        "%2F, %252F",
        "a b, a%20b",
        "é, %C3%A9",
    })
    void valuesStayInTheirSegment(String text, String encoded) {
        assertThat(PathValues.encode(text, 200)).isEqualTo(encoded);
    }

    @Test
    void controlCharactersAndTheEmptyValueHaveNamesToo() {
        assertThat(PathValues.encode("", 200)).isEqualTo("~");
        assertThat(PathValues.encode("\u0000\n\u007F", 200)).isEqualTo("%00%0A%7F");
    }

    @Test
    void longValuesAreCutBetweenCharactersAndGetADigest() {
        String encoded = PathValues.encode("é".repeat(100), 60);
        assertThat(encoded).hasSizeLessThanOrEqualTo(60).matches("(%C3%A9|%C3)*(%C3)?~[0-9a-f]{32}");
    }

    @Test
    void noTwoValuesBecomeOne() {
        Map<String, String> seen = new HashMap<>();
        for (long seed = 0; seed < 20_000; seed++) {
            String text = text(new Random(seed));
            String encoded = PathValues.encode(text, 40);
            assertThat(encoded).as("seed %d", seed).matches("[A-Za-z0-9%_.~-]{1,40}");
            assertThat(encoded)
                    .as("seed %d", seed)
                    .doesNotStartWith(".")
                    .doesNotStartWith("_")
                    .doesNotEndWith(".");
            String other = seen.put(encoded, text);
            assertThat(other == null || other.equals(text))
                    .as("seed %d: \"%s\" and \"%s\" both become %s", seed, other, text, encoded)
                    .isTrue();
        }
    }

    private static String text(Random random) {
        String alphabet = "a._~%/é0\uD800";
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(random.nextInt(10) == 0 ? 60 : 6);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
