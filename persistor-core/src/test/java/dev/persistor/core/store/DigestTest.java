package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestTest {

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** What is stored holds digests: they must be the same in every version. */
    @Test
    void digestsNeverChange() {
        assertThat(new Digest().add("a").add("\uD800").hex(16)).isEqualTo("bb1b1987eff1618cc1df54bd51bfa2ea");
        assertThat(new Digest().addBytes(bytes("payload")).hex(32))
                .isEqualTo("cc07d5bb38b22f13ca55921f9cc79ad22cc79f627b50aa2edcf5bdd004aacc46");
        assertThat(new Digest().add(bytes("payload")).hex(16)).isEqualTo("239f59ed55e737c77147cf55ad0c1b03");
    }

    @Test
    void textsAndBytesThatAreDividedInAnotherWayHaveAnotherDigest() {
        assertThat(List.of(
                        new Digest().add("ab").add("c").hex(16),
                        new Digest().add("a").add("bc").hex(16),
                        new Digest().add("abc").hex(16),
                        new Digest().add("abc").add("").hex(16),
                        new Digest().addBytes(bytes("ab")).addBytes(bytes("c")).hex(16),
                        new Digest().addBytes(bytes("a")).addBytes(bytes("bc")).hex(16),
                        new Digest().addBytes(bytes("abc")).hex(16)))
                .doesNotHaveDuplicates();
    }

    @Test
    void theBufferKeepsItsPosition() {
        ByteBuffer bytes = bytes("xpayload");
        bytes.get();
        assertThat(new Digest().addBytes(bytes).hex(32))
                .isEqualTo(new Digest().addBytes(bytes("payload")).hex(32));
        assertThat(bytes.remaining()).isEqualTo(7);
    }

    private static String hex(String... texts) {
        Digest digest = new Digest();
        for (String text : texts) {
            digest.add(text);
        }
        return digest.hex(32);
    }

    /** Another program computed these digests, and those of the two tests after this one, from the rule. */
    @Test
    void textsAreInUtf16WithTheirLengthsBeforeThem() {
        assertThat(hex("orders", "42")).isEqualTo("87c6f1506d7464f41810f2424307be0f94548ebf0d7c35c003bdb107777b760c");
        assertThat(hex("")).isEqualTo("194fb085704eb222f83118e8f8b8e6222d16be8034a8cb5e4c9d013b7db69824");
        assertThat(hex()).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
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
    void aDigestIsTheBeginningOfTheWholeAndThenStartsAnew() {
        Digest digest = new Digest();
        assertThat(digest.add("ab").add("c").hex(4)).isEqualTo("2525e1ad");
        assertThat(digest.hex(4)).isEqualTo("e3b0c442");
    }

    /** Of lengths around those at which texts are gathered. */
    @Test
    void howTextsAreGatheredMakesNoDifference() throws Exception {
        for (int length : new int[] {0, 1, 245, 246, 1_000, 2_042, 2_043, 5_000, 70_000}) {
            Digest digest = new Digest();
            MessageDigest plain = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < 20; i++) {
                String text = "\u20AC".repeat(length + i);
                digest.add(text);
                plain.update((text.length() + ":" + text).getBytes(StandardCharsets.UTF_16BE));
                if (i % 7 == 0) {
                    digest.add(bytes("raw"));
                    plain.update(bytes("raw"));
                }
            }
            assertThat(digest.hex(32))
                    .as("length %d", length)
                    .isEqualTo(HexFormat.of().formatHex(plain.digest()));
        }
    }

    @Test
    void aDigestStartsAnewAfterItsHexadecimal() {
        Digest digest = new Digest();
        assertThat(digest.add("a").hex(16)).isEqualTo(digest.add("a").hex(16));
    }
}
