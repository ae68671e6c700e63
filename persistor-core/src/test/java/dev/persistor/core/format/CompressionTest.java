package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {

    private static final byte[] TEXT = "a line\n".repeat(50).getBytes(StandardCharsets.UTF_8);

    private static byte[] compress(Compression compression, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream compressing = compression.compress(out)) {
            compressing.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] decompress(byte[] content) throws IOException {
        return decompress(new ByteArrayInputStream(content));
    }

    private static byte[] decompress(InputStream content) throws IOException {
        try (InputStream in = Compression.decompress(content)) {
            return in.readAllBytes();
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCompressedIsRecognisedByItsBytes(Compression compression) throws IOException {
        byte[] random = new byte[300_000];
        new Random(1).nextBytes(random);
        for (byte[] content : new byte[][] {new byte[0], {1}, TEXT, random, new byte[1 << 20]}) {
            assertThat(decompress(compress(compression, content))).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameContentBecomesTheSameBytes(Compression compression) throws IOException {
        assertThat(compress(compression, TEXT)).isEqualTo(compress(compression, TEXT));
    }

    @ParameterizedTest
    @EnumSource
    void theStreamIsReadToItsEndAndClosed(Compression compression) throws IOException {
        boolean[] closed = new boolean[1];
        InputStream in = new ByteArrayInputStream(compress(compression, TEXT)) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        try (InputStream content = Compression.decompress(in)) {
            assertThat(content.readAllBytes()).isEqualTo(TEXT);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(content.read()).isEqualTo(-1);
        }
        assertThat(closed[0]).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void bytesAreReadOneByOneToo(Compression compression) throws IOException {
        byte[] all = {-1, 0, 1};
        try (InputStream content = Compression.decompress(new ByteArrayInputStream(compress(compression, all)))) {
            assertThat(content.read()).isEqualTo(0xFF);
            assertThat(content.read()).isEqualTo(0);
            assertThat(content.read(new byte[0], 0, 0)).isEqualTo(0);
            assertThat(content.read()).isEqualTo(1);
            assertThat(content.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void aStreamThatEndsTooEarlyFailsAfterWhatItHolds(Compression compression) throws IOException {
        byte[] compressed = compress(compression, TEXT);
        for (int length = 4; length < compressed.length; length++) {
            byte[] torn = Arrays.copyOf(compressed, length);
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            assertThatThrownBy(() -> Compression.decompress(new ByteArrayInputStream(torn))
                            .transferTo(read))
                    .as("after %d of %d bytes", length, compressed.length)
                    .isInstanceOf(IOException.class);
            assertThat(read.toByteArray()).isEqualTo(Arrays.copyOf(TEXT, read.size()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void aByteThatChangedNeverGivesOtherContent(Compression compression) throws IOException {
        byte[] compressed = compress(compression, TEXT);
        for (int i = 4; i < compressed.length; i++) {
            byte[] damaged = compressed.clone();
            damaged[i] ^= 1;
            try {
                assertThat(decompress(damaged)).as("byte %d", i).isEqualTo(TEXT);
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("line");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void severalStreamsOneAfterAnotherAreOne(Compression compression) throws IOException {
        byte[] three = joined(
                compress(compression, TEXT), compress(compression, new byte[0]), compress(compression, new byte[] {7}));
        assertThat(decompress(three)).isEqualTo(joined(TEXT, new byte[] {7}));
        assertThat(decompress(new Pausing(three))).isEqualTo(joined(TEXT, new byte[] {7}));
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void whatFollowsAStreamIsNotPassedOver(Compression compression) throws IOException {
        byte[] compressed = compress(compression, TEXT);
        for (byte[] rest : new byte[][] {
            {0}, {'x'}, {0, 0, 0}, {0x1F}, {0x1F, (byte) 0x8B}, {0x28, (byte) 0xB5}, {0x28, (byte) 0xB5, 0x2F}, TEXT
        }) {
            assertThatThrownBy(() -> decompress(joined(compressed, rest)))
                    .as("followed by %s", Arrays.toString(rest))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> decompress(new Pausing(joined(compressed, rest))))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aLabelNamesACompression() {
        assertThat(Compression.ofLabel("gzip")).isEqualTo(Compression.GZIP);
        assertThat(Compression.ZSTD.label()).isEqualTo("zstd");
        assertThatThrownBy(() -> Compression.ofLabel("GZIP")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsTooShortForAMarkIsNotCompressed() throws IOException {
        assertThat(decompress(new byte[] {0x1F})).containsExactly(0x1F);
        assertThat(decompress(new byte[] {0x28, (byte) 0xB5, 0x2F})).hasSize(3);
    }

    /** Bytes that come one at a time, and never say that more are there: a connection. */
    private static final class Pausing extends ByteArrayInputStream {
        Pausing(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return super.read(bytes, offset, Math.min(1, length));
        }

        @Override
        public int available() {
            return 0;
        }
    }

    @Nested
    class Gzip {

        @Test
        void thePlatformReadsWhatIsWritten() throws IOException {
            byte[] compressed = compress(Compression.GZIP, TEXT);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                    .isEqualTo(TEXT);
        }

        @Test
        void noTimeIsInTheHeader() throws IOException {
            assertThat(Arrays.copyOfRange(compress(Compression.GZIP, TEXT), 4, 8))
                    .containsOnly(0);
        }

        /** The bits of the header's fields: text, checksum, extra, name, comment. */
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 4, 8, 16, 31})
        void optionalFieldsOfTheHeaderArePassedOver(int flags) throws IOException {
            assertThat(decompress(withHeader(flags))).isEqualTo(TEXT);
            assertThat(decompress(new Pausing(withHeader(flags)))).isEqualTo(TEXT);
        }

        @ParameterizedTest
        @ValueSource(ints = {32, 64, 128})
        void reservedFlagsAreDamage(int flags) {
            assertThatThrownBy(() -> decompress(withHeader(flags))).hasMessage("the gzip header is damaged");
        }

        @Test
        void anotherMethodThanDeflateIsDamage() throws IOException {
            byte[] compressed = compress(Compression.GZIP, TEXT);
            compressed[2] = 7;
            assertThatThrownBy(() -> decompress(compressed)).isInstanceOf(IOException.class);
        }

        @Test
        void whatIsWrongIsSaid() throws IOException {
            byte[] compressed = compress(Compression.GZIP, TEXT);
            byte[] sum = compressed.clone();
            sum[sum.length - 5] ^= 1;
            byte[] size = compressed.clone();
            size[size.length - 1] ^= 1;
            assertThatThrownBy(() -> decompress(Arrays.copyOf(compressed, 20)))
                    .isInstanceOf(EOFException.class)
                    .hasMessage("the gzip stream is truncated");
            assertThatThrownBy(() -> decompress(sum)).hasMessageContaining("its checksum does not match");
            assertThatThrownBy(() -> decompress(size)).hasMessageContaining("its checksum does not match");
            assertThatThrownBy(() -> decompress(joined(compressed, TEXT))).hasMessage("not gzip");
        }

        private static byte[] withHeader(int flags) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(TEXT);
            }
            byte[] plain = out.toByteArray();
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            header.write(plain, 0, 3);
            header.write(flags);
            header.write(plain, 4, 6);
            header.writeBytes((flags & 4) == 0 ? new byte[0] : new byte[] {3, 0, 1, 0, 2});
            header.writeBytes((flags & 8) == 0 ? new byte[0] : "a.jsonl\0".getBytes(StandardCharsets.UTF_8));
            header.writeBytes((flags & 16) == 0 ? new byte[0] : "comment\0".getBytes(StandardCharsets.UTF_8));
            if ((flags & 2) != 0) {
                CRC32 crc = new CRC32();
                crc.update(header.toByteArray());
                header.write((int) crc.getValue());
                header.write((int) crc.getValue() >> 8);
            }
            return joined(header.toByteArray(), Arrays.copyOfRange(plain, 10, plain.length));
        }
    }

    /** The library of zstd may not be there. */
    @Nested
    class WithoutZstd {

        @Test
        void allElseWorksAndZstdSaysWhichLibraryIsMissing() throws ReflectiveOperationException, IOException {
            try (URLClassLoader loader = new URLClassLoader(classPathWithoutZstd(), null)) {
                Supplier<?> run = (Supplier<?>) loader.loadClass(RunsWithoutZstd.class.getName())
                        .getDeclaredConstructor()
                        .newInstance();
                assertThat(run.get().toString().lines())
                        .containsExactly(
                                "gzip: 1",
                                "write: the compression zstd requires com.github.luben:zstd-jni on the class path",
                                "read: a.jsonl.zst is damaged. Whole messages: 0. First damage: line 1, at byte"
                                        + " 0 of the"
                                        + " uncompressed content: compressed with zstd, which requires"
                                        + " com.github.luben:zstd-jni on the class path");
            }
        }

        private static URL[] classPathWithoutZstd() {
            return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !entry.contains("zstd-jni"))
                    .map(WithoutZstd::url)
                    .toArray(URL[]::new);
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new AssertionError(e);
            }
        }
    }
}
