package dev.persistor.benchmarks;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
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
import org.openjdk.jmh.infra.Blackhole;

/** What the core adds to one raw message, from the call to the store. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RawPathBenchmark {

    private static final int MESSAGES = 1_000;

    private final List<Message> messages = SampleMessages.of(MESSAGES);

    /** Into a new store for each thousand, so that what is measured is no store of millions. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void intoMemory(Blackhole blackhole) {
        persist(BlobStore.over(new MemoryDriver()), blackhole);
    }

    /** Into nothing: the core alone. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void intoNothing(Blackhole blackhole) {
        persist(new Nothing(blackhole), blackhole);
    }

    private void persist(BlobSink sink, Blackhole blackhole) {
        try (Persistor persistor = Persistor.builder(sink).build()) {
            for (Message message : messages) {
                List<Receipt> receipts = persistor.persistAll(List.of(message));
                blackhole.consume(receipts);
            }
        }
    }

    private record Nothing(Blackhole blackhole) implements BlobSink {

        private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024);

        @Override
        public PutResult put(Blob blob) {
            blackhole.consume(blob);
            return PutResult.CREATED;
        }

        @Override
        public BlobLimits limits() {
            return LIMITS;
        }
    }
}
