package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Digests are parts of names and of metadata, so no version may change one. Another program computed those pinned here. */
class DigestTest {

    private static String hex(String... texts) {
        Digest digest = new Digest();
        for (String text : texts) {
            digest.add(text);
        }
        return digest.hex(32);
    }

    @Test
    void textsAreInUtf16WithTheirLengthsBeforeThem() {
        assertThat(hex("orders", "42")).isEqualTo("87c6f1506d7464f41810f2424307be0f94548ebf0d7c35c003bdb107777b760c");
        assertThat(hex("")).isEqualTo("194fb085704eb222f83118e8f8b8e6222d16be8034a8cb5e4c9d013b7db69824");
        assertThat(hex()).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void textsThatAreTheSameWhenTheyAreJoinedHaveOtherDigests() {
        assertThat(hex("ab", "c")).isEqualTo("2525e1adcf5de1278e80e5267cf07da736c9334027047a3a6d3a3044dc8cbaad");
        assertThat(hex("a", "bc")).isEqualTo("2a320bdf7ec5a879a706d26fd4da861b1c66c5e2159b30a35e3d90492b23ec63");
    }

    @Test
    void textsOfAnyLengthAreTakenWhole() {
        assertThat(hex("x".repeat(10))).isEqualTo("a8c76d8bdc7711674360011ce9d8bda9df6c1edf8db53ebff1c4972176198aa4");
        assertThat(hex("x".repeat(1_234)))
                .isEqualTo("5269c40fc4a78d552c27fc916460c1da4319716e94d41fa16e14796bcb8909a0");
        assertThat(hex("x".repeat(1_234), "42"))
                .isNotEqualTo(hex("x".repeat(1_234)))
                .isNotEqualTo(hex("42"));
    }

    @Test
    void loneSurrogatesAreToldApart() {
        assertThat(hex("é😀\uDC00")).isEqualTo("5aa016fa968514d46eb559162b0269ea04c9ca746a624a8a45fe513798a9999d");
        assertThat(List.of(hex("\uDC00"), hex("\uDC01"), hex("\uD800"), hex("?")))
                .doesNotHaveDuplicates();
    }

    @Test
    void bytesAreTakenFromThePositionOfTheirBufferWhichStays() {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {9, 0, 1, -1});
        bytes.get();

        String hex = new Digest().add("orders").add(bytes).hex(32);

        assertThat(hex).isEqualTo("3d23698a40b865bc14fc6c30e78df07909ddd7c4b4f00c54a4fe5cd0f9d60055");
        assertThat(bytes.remaining()).isEqualTo(3);
    }

    @Test
    void aDigestIsTheBeginningOfTheWholeAndThenStartsAnew() {
        Digest digest = new Digest();
        assertThat(digest.add("ab").add("c").hex(4)).isEqualTo("2525e1ad");
        assertThat(digest.hex(4)).isEqualTo("e3b0c442");
    }
}
