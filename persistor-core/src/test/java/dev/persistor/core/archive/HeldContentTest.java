package dev.persistor.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldContentTest {

    private final HeldContent.Arrays arrays = new HeldContent.Arrays();

    private HeldContent hold(byte[] content) throws IOException {
        return HeldContent.of(new ByteArrayInputStream(content), content.length, arrays);
    }

    private static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 200_000})
    void whatIsHeldIsWhatWasRead(int size) throws IOException {
        byte[] content = bytes(size, size);
        // Twice, since arrays of the first are the second's, with what was in them.
        for (int turn = 0; turn < 2; turn++) {
            try (HeldContent held = hold(content)) {
                assertThat(held.readAllBytes()).isEqualTo(content);
                assertThat(held.read()).isEqualTo(-1);
                assertThat(held.available()).isZero();
            }
        }
    }

    @Test
    void itIsReadInPiecesOfAnySize() throws IOException {
        byte[] content = bytes(150_000, 1);
        Random random = new Random(2);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        HeldContent held = hold(content);
        byte[] piece = new byte[90_000];
        for (int one = held.read(); one >= 0; one = held.read()) {
            read.write(one);
            int offset = random.nextInt(1_000);
            int count = held.read(piece, offset, 1 + random.nextInt(piece.length - offset));
            read.write(piece, offset, Math.max(0, count));
        }
        assertThat(read.toByteArray()).isEqualTo(content);
        assertThat(held.read(piece, 0, 0)).isZero();
    }

    @Test
    void noArrayIsTwoContentsAtATime() throws IOException {
        Random random = new Random(3);
        List<HeldContent> held = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (int turn = 0; turn < 500; turn++) {
            if (held.size() < 5) {
                byte[] content = bytes(random.nextInt(300_000), turn);
                contents.add(content);
                held.add(hold(content));
            } else {
                int chosen = random.nextInt(held.size());
                HeldContent ended = held.remove(chosen);
                byte[] content = contents.remove(chosen);
                int part = random.nextInt(content.length + 1);
                assertThat(ended.readNBytes(part)).isEqualTo(Arrays.copyOf(content, part));
                if (random.nextBoolean()) {
                    assertThat(ended.readAllBytes()).hasSize(content.length - part);
                }
                ended.close();
                ended.close();
                assertThat(ended.read()).isEqualTo(-1);
            }
        }
        for (int i = 0; i < held.size(); i++) {
            assertThat(held.get(i).readAllBytes()).isEqualTo(contents.get(i));
        }
    }

    @Test
    void aContentThatFailsIsNotHeld() throws IOException {
        InputStream torn = new FilterInputStream(new ByteArrayInputStream(bytes(100_000, 4))) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = super.read(bytes, offset, length);
                if (read < 0) {
                    throw new IOException("torn");
                }
                return read;
            }
        };
        assertThatThrownBy(() -> HeldContent.of(torn, 100_000, arrays)).hasMessage("torn");
        byte[] next = bytes(100_000, 5);
        assertThat(hold(next).readAllBytes()).isEqualTo(next);
    }
}
