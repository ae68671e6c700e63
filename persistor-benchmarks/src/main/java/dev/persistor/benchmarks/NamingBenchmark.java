package dev.persistor.benchmarks;

import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Names by templates. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NamingBenchmark {

    private static final int MESSAGES = 1_000;
    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024);
    private static final PathTemplate HIVE =
            PathTemplate.parse("{source}/type={attr:eventType}/dt={time:yyyy-MM-dd}/hour={HH}/{id}{ext}");

    private final List<Message> messages = SampleMessages.of(MESSAGES);

    /** One blob a message, by the default template. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void byDefault(Blackhole blackhole) {
        for (Message message : messages) {
            blackhole.consume(PathTemplate.DEFAULT.nameOf(List.of(message), ".bin", LIMITS));
        }
    }

    /** One blob a message, by a template with an attribute and a pattern of the time. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void hive(Blackhole blackhole) {
        for (Message message : messages) {
            blackhole.consume(HIVE.nameOf(List.of(message), ".bin", LIMITS));
        }
    }

    /** The folder by which group commit sorts each message. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void folder(Blackhole blackhole) {
        for (Message message : messages) {
            blackhole.consume(PathTemplate.DEFAULT.partitionOf(message, LIMITS));
        }
    }

    /** One blob of all messages. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public BlobName batch() {
        return PathTemplate.DEFAULT.nameOf(messages, ".jsonl", LIMITS);
    }
}
