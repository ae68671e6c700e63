package dev.persistor.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void aTextWithinTheLimitIsKept() {
        assertThat(Text.shortened("abc", 3)).isEqualTo("abc");
        assertThat(Text.shortened("", 3)).isEmpty();
    }

    @Test
    void aLongerTextIsCutAndSaysSo() {
        assertThat(Text.shortened("abcd", 3)).isEqualTo("abc\u2026");
    }

    @Test
    void aCharacterOfTwoHalvesIsNotCutInTwo() {
        assertThat(Text.shortened("ab\uD83D\uDE00d", 3)).isEqualTo("ab\u2026");
        assertThat(Text.shortened("ab\uD83D\uDE00d", 4)).isEqualTo("ab\uD83D\uDE00\u2026");
    }
}
