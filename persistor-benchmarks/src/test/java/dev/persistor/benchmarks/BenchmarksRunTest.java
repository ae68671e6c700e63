package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark still runs, and has its row in the table; what it measures here is of no use. */
class BenchmarksRunTest {

    @Test
    void eachBenchmarkRunsAndHasItsRow() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(BenchmarksRunTest.class.getPackageName())
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(1))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
        assertThat(results).as("benchmarks, each with each of its parameters").hasSize(31);

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new CoreTable(results).print(new PrintStream(out, true, StandardCharsets.UTF_8));
        String[] rows = out.toString(StandardCharsets.UTF_8).split("\n", -1);
        assertThat(rows)
                .filteredOn(row -> row.matches("\\| (JsonLines|Avro)\\.\\w+code \\|.*\\| \\d+\\.\\d\\d \\|"))
                .as("compared with a plain library")
                .hasSize(4);
        assertThat(rows)
                .filteredOn(row -> row.matches("\\| Compression\\.\\w+ (GZIP|ZSTD) \\|.*\\| \\d+\\.\\d\\d \\|"))
                .as("compared with a plain stream")
                .hasSize(4);
        assertThat(rows)
                .filteredOn(row -> row.matches("\\| \\w+\\.\\w+.* \\| [\\d,]+ ± \\S+ \\| [\\d,]+ \\|.*"))
                .as("rows with time and allocation")
                .hasSize(results.size());
    }
}
