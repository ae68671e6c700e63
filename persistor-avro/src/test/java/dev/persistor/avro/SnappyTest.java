package dev.persistor.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** What a library compresses comes back. */
class SnappyTest {

    /** As Avro's codec does: with the checksum behind it. */
    private static byte[] compress(byte[] content) {
        try {
            byte[] compressed = org.xerial.snappy.Snappy.compress(content);
            CRC32 crc = new CRC32();
            crc.update(content);
            return ByteBuffer.allocate(compressed.length + Integer.BYTES)
                    .put(compressed)
                    .putInt((int) crc.getValue())
                    .array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(byte[] compressed) {
        return new Snappy().open(new ByteArrayInputStream(compressed));
    }

    private static byte[] content(Random random, int size) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (content.size() < size) {
            byte[] some = new byte[1 + random.nextInt(100)];
            random.nextBytes(some);
            for (int i = random.nextInt(20); i >= 0; i--) {
                content.writeBytes(some);
            }
        }
        return Arrays.copyOf(content.toByteArray(), size);
    }

    @Test
    void whatIsCompressedComesBack() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            byte[] content = content(random, random.nextInt(300_000));
            assertThat(open(compress(content)).readAllBytes())
                    .as("seed %d", seed)
                    .isEqualTo(content);
        }
    }

    @Test
    void tornContentGivesItsBeginning() throws IOException {
        byte[] content = content(new Random(1), 10_000);
        byte[] compressed = compress(content);
        for (int size = 0; size < compressed.length; size++) {
            InputStream torn = open(Arrays.copyOf(compressed, size));
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            assertThatThrownBy(() -> torn.transferTo(read))
                    .as("torn at %d", size)
                    .isInstanceOf(IOException.class);
            assertThat(Arrays.copyOf(content, read.size())).isEqualTo(read.toByteArray());
        }
    }

    @Test
    void anotherByteIsNoticed() {
        byte[] compressed = compress(content(new Random(2), 1_000));
        for (int at = 0; at < compressed.length; at++) {
            byte[] altered = compressed.clone();
            altered[at] ^= 1;
            assertThatThrownBy(() -> open(altered).readAllBytes())
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class);
        }
    }
}
