package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    void whatFitsIsWhatIsNotLargerThanTheRoom() {
        String alphabet = "a %é😀\uD800";
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            BlobMetadata.Builder builder = BlobMetadata.builder();
            for (int count = random.nextInt(4); count > 0; count--) {
                StringBuilder value = new StringBuilder();
                for (int length = random.nextInt(20); length > 0; length--) {
                    value.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                builder.put("key-" + count, value.toString());
            }
            BlobMetadata metadata = builder.build();
            int room = random.nextInt(400);
            assertThat(metadata.fitsIn(room)).as("seed %d", seed).isEqualTo(metadata.encodedSize() <= room);
            assertThat(metadata.fitsIn(metadata.encodedSize()))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(metadata.fitsIn(metadata.encodedSize() - 1))
                    .as("seed %d", seed)
                    .isFalse();
        }
    }

    @Test
    void keysAreInOrderWhateverTheOrderInWhichTheyWerePut() {
        List<String> keys = new ArrayList<>(List.of("a", "a-b", "a1", "b", "c", "c-0", "d", "e", "f"));
        for (long seed = 0; seed < 200; seed++) {
            Collections.shuffle(keys, new Random(seed));
            BlobMetadata.Builder builder = BlobMetadata.builder();
            keys.forEach(key -> builder.put(key, "before"));
            keys.forEach(key -> builder.put(key, "value of " + key));
            BlobMetadata metadata = builder.build();
            assertThat(List.copyOf(metadata.asMap().keySet()))
                    .as("seed %d", seed)
                    .isSorted()
                    .containsAll(keys);
            assertThat(List.copyOf(metadata.encoded().keySet()))
                    .as("seed %d", seed)
                    .isSorted()
                    .containsAll(keys);
            keys.forEach(key -> assertThat(metadata.get(key)).hasValue("value of " + key));
            assertThat(metadata.get("z")).isEmpty();
        }
    }

    @Test
    void aBuilderStartsAnewAndLeavesWhatItBuiltAlone() {
        BlobMetadata.Builder builder = BlobMetadata.builder();
        for (int i = 0; i < 5; i++) {
            builder.put("key-" + i, "first");
        }
        BlobMetadata first = builder.build();
        builder.put("key-0", "second");
        assertThat(builder.build().asMap()).containsExactly(Map.entry("key-0", "second"));
        assertThat(first.asMap()).hasSize(5).containsEntry("key-0", "first");
        assertThat(builder.build()).isEqualTo(BlobMetadata.empty());
    }

    @Test
    void theMapOfMetadataCannotBeChanged() {
        Map<String, String> map = BlobMetadata.of(Map.of("key", "value")).asMap();
        assertThatThrownBy(() -> map.put("key", "other")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void printingShowsKeysOnly() {
        assertThat(BlobMetadata.of(Map.of("key", "private")).toString()).isEqualTo("[key]");
    }
}
