package dev.persistor.benchmarks;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.infra.Blackhole;

/** From messages to a blob, name included: one blob a message in raw, one a thousand in the others. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MessageToBlobBenchmark {

    private static final int MESSAGES = 1_000;
    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024);

    /** Name and compression of the format. */
    @Param({"raw none", "jsonl none", "jsonl gzip", "jsonl zstd", "avro none", "avro gzip", "avro zstd"})
    public String setting = "raw none";

    private final List<Message> messages = SampleMessages.of(MESSAGES);
    private MessageFormat format = MessageFormats.named("raw", Compression.NONE);

    /** Finds the format. */
    @Setup
    public void find() {
        String[] words = setting.split(" ", -1);
        format = MessageFormats.named(words[0], Compression.ofLabel(words[1]));
    }

    /** Names and encodes. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void encode(Blackhole blackhole) {
        if (format.holdsBatches()) {
            blackhole.consume(encode(messages));
            return;
        }
        for (Message message : messages) {
            blackhole.consume(encode(List.of(message)));
        }
    }

    private List<Blob> encode(List<Message> together) {
        BlobName name = PathTemplate.DEFAULT.nameOf(together, format.extension(), LIMITS);
        return format.encode(name, together, LIMITS);
    }
}
