package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small values that stores and their callers exchange, one field at a time. */
class StoreValuesTest {

    @Nested
    class Limits {

        @Test
        void ofAHundredBytesAreTheLeast() {
            assertThat(new BlobLimits(100, 100, 100).maxNameBytes()).isEqualTo(100);
            for (BlobLimitsOf each : List.<BlobLimitsOf>of(
                    () -> new BlobLimits(99, 100, 100),
                    () -> new BlobLimits(100, 99, 100),
                    () -> new BlobLimits(100, 100, 99))) {
                assertThatIllegalArgumentException().isThrownBy(each::make).withMessageContaining("100");
            }
        }

        private interface BlobLimitsOf {
            BlobLimits make();
        }

        @Test
        void ofTwoStoresAreTheLesserOfEach() {
            assertThat(new BlobLimits(101, 202, 303).least(new BlobLimits(201, 102, 103)))
                    .isEqualTo(new BlobLimits(101, 102, 103));
            assertThat(new BlobLimits(201, 102, 103).least(new BlobLimits(101, 202, 303)))
                    .isEqualTo(new BlobLimits(101, 102, 103));
        }

        @Test
        void leaveRoomForAPrefixOfNames() {
            assertThat(new BlobLimits(300, 200, 400).lessPrefix(7)).isEqualTo(new BlobLimits(293, 200, 400));
        }
    }

    @Nested
    class Descriptions {

        private static final BlobMetadata METADATA = BlobMetadata.of(Map.of("key", "value"));
        private final BlobInfo info = BlobInfo.of(BlobName.of("a"), 3, "text/plain", METADATA, 7);

        @Test
        void thatDifferInOneFieldAreNotEqual() {
            assertThat(info)
                    .isEqualTo(BlobInfo.of(BlobName.of("a"), 3, "text/plain", METADATA, 7))
                    .isNotEqualTo(BlobInfo.of(BlobName.of("b"), 3, "text/plain", METADATA, 7))
                    .isNotEqualTo(BlobInfo.of(BlobName.of("a"), 4, "text/plain", METADATA, 7))
                    .isNotEqualTo(BlobInfo.of(BlobName.of("a"), 3, "text/html", METADATA, 7))
                    .isNotEqualTo(BlobInfo.of(BlobName.of("a"), 3, "text/plain", BlobMetadata.empty(), 7))
                    .isNotEqualTo(BlobInfo.of(BlobName.of("a"), 3, "text/plain", METADATA, 8))
                    .isNotEqualTo(BlobInfo.withoutChecksum(BlobName.of("a"), 3, "text/plain", METADATA))
                    .isNotEqualTo("a");
            assertThat(info).hasSameHashCodeAs(BlobInfo.of(BlobName.of("a"), 3, "text/plain", METADATA, 7));
        }

        @Test
        void sayWhatTheyWereGiven() {
            assertThat(info.name()).isEqualTo(BlobName.of("a"));
            assertThat(info.size()).isEqualTo(3);
            assertThat(info.contentType()).isEqualTo("text/plain");
            assertThat(info.metadata()).isEqualTo(METADATA);
            assertThat(info.crc32c()).hasValue(7);
            assertThat(BlobInfo.withoutChecksum(BlobName.of("a"), 3, "text/plain", METADATA)
                            .crc32c())
                    .isEmpty();
        }

        @Test
        void ofABlobToBeWrittenAreThoseOfTheBlobThere() {
            Blob blob = Blob.of(BlobName.of("a"), new byte[] {1, 2, 3}, "text/plain", BlobMetadata.empty());
            assertThat(BlobInfo.of(blob.withMetadata(METADATA)))
                    .isEqualTo(BlobInfo.of(BlobName.of("a"), 3, "text/plain", METADATA, blob.crc32c()));
        }

        @Test
        void printNoValueOfTheMetadata() {
            assertThat(info.toString())
                    .contains("name=a", "size=3", "[key]", "crc32c=7")
                    .doesNotContain("value");
        }
    }

    @Nested
    class Names {

        @ParameterizedTest
        @CsvSource({
            "a b, a b",
            "~, ~",
        })
        void ofVisibleCharactersAreKept(String name, String expected) {
            assertThat(BlobName.of(name).value()).isEqualTo(expected);
        }

        @ParameterizedTest
        @CsvSource({
            "a//b, an empty segment at column 3",
            "a/./b, a segment \".\" at column 3",
            "a/bc/.., a segment \"..\" at column 6",
            "é/\\, a control character or backslash at column 3",
        })
        void areRefusedWithTheColumnOfWhatIsWrong(String name, String problem) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> BlobName.of(name))
                    .withMessageStartingWith("not a blob name: " + problem + ": ");
        }

        @Test
        void areEqualWhenTheirTextsAre() {
            assertThat(BlobName.of("a/b"))
                    .isEqualTo(BlobName.of("a/b"))
                    .hasSameHashCodeAs("a/b")
                    .hasToString("a/b")
                    .isNotEqualTo(BlobName.of("a/c"))
                    .isNotEqualTo("a/b");
        }
    }
}
