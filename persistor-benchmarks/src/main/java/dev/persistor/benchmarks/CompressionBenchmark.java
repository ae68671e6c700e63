package dev.persistor.benchmarks;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The compression around a thousand lines of jsonl, against the plain streams of the JDK and of zstd-jni. Both sides make and
 * check the same: gzip cannot be without a checksum, and zstd is told to have one. The levels are the defaults; the JDK's
 * streams have the buffer that Persistor gives them, those of zstd-jni have their own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
// Two forks, since the ratios are near 1 and five figures of one fork do not tell them from it.
@Fork(2)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class CompressionBenchmark {

    private static final int MESSAGES = 1_000;
    private static final int ROOM = MESSAGES * 2_048;
    private static final int BUFFER = 64 * 1024;

    /** By what. */
    @Param({"GZIP", "ZSTD"})
    public Compression compression = Compression.GZIP;

    private byte[] content = new byte[0];
    private byte[] compressed = new byte[0];

    /** Makes the content. */
    @Setup
    public void prepare() throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(ROOM);
        try (MessageEncoder encoder = new JsonLinesFormat(Compression.NONE).encoder(lines)) {
            for (Message message : SampleMessages.of(MESSAGES)) {
                encoder.write(message);
            }
        }
        content = lines.toByteArray();
        ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
        writeTo(compression.compress(out));
        compressed = out.toByteArray();
    }

    private void writeTo(OutputStream stream) throws IOException {
        try (stream) {
            stream.write(content);
        }
    }

    /** Compresses as Persistor does. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int compress() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
        writeTo(compression.compress(out));
        return out.size();
    }

    /** Compresses with the plain stream. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int compressPlain() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
        writeTo(
                compression == Compression.GZIP
                        ? new GZIPOutputStream(out, BUFFER)
                        : new ZstdOutputStream(out).setChecksum(true));
        return out.size();
    }

    /** Decompresses as Persistor does. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long decompress() throws IOException {
        try (InputStream in = Compression.decompress(new ByteArrayInputStream(compressed))) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Decompresses with the plain stream. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long decompressPlain() throws IOException {
        InputStream stream = new ByteArrayInputStream(compressed);
        try (InputStream in =
                compression == Compression.GZIP ? new GZIPInputStream(stream, BUFFER) : new ZstdInputStream(stream)) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
