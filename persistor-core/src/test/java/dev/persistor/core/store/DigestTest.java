package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
}
