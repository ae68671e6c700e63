package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobMetadataTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " a ", "a\r\nb: c", "%", "%41", "100%", "é😀", "\uD800", "\u0000", "a,b=c\"d\\"})
    void everyTextSurvivesAsVisibleAscii(String value) {
        BlobMetadata metadata = BlobMetadata.of(Map.of("key", value));
        assertThat(metadata.encoded().get("key")).matches("[!-~]+");
        assertThat(BlobMetadata.decode(metadata.encoded())).isEqualTo(metadata);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a_b", "a--b", "-a", "a-", "1a", "a b", "ä"})
    void keysThatSomeCloudRefusesAreRefused(String key) {
        assertThatThrownBy(() -> BlobMetadata.of(Map.of(key, "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + key + "\"")
                .hasMessageContaining("lower-case letters and digits");
    }

    @Test
    void metadataOfOtherProgramsStaysAsItIs() {
        assertThat(BlobMetadata.decode(Map.of("Some_Key", "100% sure")).asMap())
                .containsExactly(Map.entry("Some_Key", "100% sure"));
    }

    @Test
    void theSizeCountsKeysAndEncodedValues() {
        assertThat(BlobMetadata.of(Map.of("ab", "é", "c", "")).encodedSize()).isEqualTo(2 + 6 + 1 + 1);
    }

    @Test
    void printingShowsKeysOnly() {
        assertThat(BlobMetadata.of(Map.of("key", "private")).toString()).isEqualTo("[key]");
    }
}
