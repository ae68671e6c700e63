package dev.persistor.benchmarks;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.write.Counters;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.core.write.Receipt;
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

/** What a message costs by the steps that only traces need, where nothing is traced. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TracingOffBenchmark {

    private static final int MESSAGES = 1_000;

    private final List<Message> messages = SampleMessages.of(MESSAGES);
    private final Receipt receipt = new Receipt(BlobName.of("orders/1"), 0, PutResult.CREATED);
    /** As many as a capture has, of different classes. */
    private final PersistorListener listener =
            PersistorListener.all(List.of(new Counters(), new PersistorListener() {}, new PersistorListener() {}));

    /** Without these steps. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void none() {
        for (Message message : messages) {
            listener.persisted(message, receipt);
        }
    }

    /** With them. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void off() {
        for (Message message : messages) {
            listener.received(message);
            listener.persisted(message, receipt);
            listener.acknowledged(message);
        }
    }
}
