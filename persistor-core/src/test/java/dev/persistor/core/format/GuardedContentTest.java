package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuardedContentTest {

    private static final long MIB = 1 << 20;

    /** So many zeros. */
    private static InputStream zeros(long size) {
        return new InputStream() {
            private long left = size;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int read = (int) Math.min(length, left);
                left -= read;
                return read == 0 ? -1 : read;
            }
        };
    }

    @Test
    void contentOfAnyRatioIsReadUpTo64MiB() throws Exception {
        GuardedContent content = GuardedContent.of(zeros(64 * MIB), () -> 1, ReadContext.DEFAULT);
        assertThat(content.transferTo(OutputStream.nullOutputStream())).isEqualTo(64 * MIB);
    }

    @Test
    void contentThatIsTooMuchForItsBytesEndsWithTheNameOfTheSetting() {
        ReadLimits limits = ReadLimits.DEFAULT.with(ReadLimit.RATIO, 100);
        GuardedContent content = GuardedContent.of(zeros(128 * MIB), () -> MIB, ReadContext.of(limits));
        assertThatThrownBy(() -> content.transferTo(OutputStream.nullOutputStream()))
                .isInstanceOf(ReadLimitException.class)
                .hasMessage("more than 100 times its stored size, which PERSISTOR_READ_RATIO allows");
    }

    @Test
    void aBlockEndsAtItsLimit() {
        ReadLimits limits = ReadLimits.DEFAULT.with(ReadLimit.BLOCK, 1_000);
        GuardedContent content = GuardedContent.ofBlock(zeros(1_001), () -> 1_001, limits);
        assertThatThrownBy(() -> content.transferTo(OutputStream.nullOutputStream()))
                .hasMessage("more than 1000 bytes, which PERSISTOR_READ_BLOCK allows");
    }

    @Test
    void itTellsHowMuchWasReadAndEndsWhenItsThreadIsInterrupted() {
        AtomicLong told = new AtomicLong();
        ReadContext context = new ReadContext() {
            @Override
            public ReadLimits limits() {
                return ReadLimits.DEFAULT;
            }

            @Override
            public void progress(int bytes) {
                if (told.addAndGet(bytes) > 4 * MIB) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        GuardedContent content = GuardedContent.of(zeros(Long.MAX_VALUE), () -> Long.MAX_VALUE, context);
        try {
            assertThatThrownBy(() -> content.transferTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(told.get()).isBetween(4 * MIB, 5 * MIB);
    }

    @Test
    void whatIsNotCompressedIsNeverTooMuch() throws Exception {
        try (InputStream content = Compression.decompress(zeros(80 * MIB), ReadContext.DEFAULT)) {
            assertThat(content.transferTo(OutputStream.nullOutputStream())).isEqualTo(80 * MIB);
        }
        assertThat(Compression.decompress(new ByteArrayInputStream(new byte[0])).read())
                .isNegative();
    }
}
