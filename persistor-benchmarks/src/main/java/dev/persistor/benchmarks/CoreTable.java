package dev.persistor.benchmarks;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the JMH benchmarks and prints their table: time and allocation a message, and for what has a plain twin, whose name
 * ends in {@code Plain}, how much faster or slower than that it is.
 */
public final class CoreTable {

    private static final String PLAIN = "Plain";

    private final Map<String, RunResult> results = new TreeMap<>();

    CoreTable(Collection<RunResult> results) {
        results.forEach(result -> this.results.put(name(result.getParams()), result));
    }

    /**
     * Runs all of them; takes some five minutes.
     *
     * @param arguments the file for JMH's log
     */
    public static void main(String[] arguments) throws RunnerException {
        new CoreTable(new Runner(new OptionsBuilder()
                                .include(CoreTable.class.getPackageName())
                                .addProfiler(GCProfiler.class)
                                .shouldFailOnError(true)
                                .output(arguments[0])
                                .build())
                        .run())
                .print(System.out);
    }

    /** Names a benchmark: {@code JsonLines.encode}, {@code Compression.compress GZIP}. */
    private static String name(BenchmarkParams params) {
        String method = params.getBenchmark()
                .substring(CoreTable.class.getPackageName().length() + 1)
                .replace("Benchmark", "");
        StringBuilder name = new StringBuilder(method);
        for (String key : params.getParamsKeys()) {
            name.append(' ').append(params.getParam(key));
        }
        return name.toString();
    }

    void print(PrintStream out) {
        out.println("| benchmark | ns a message | bytes allocated a message | times as fast as the plain library |");
        out.println("|---|---|---|---|");
        results.forEach((name, result) -> out.printf(
                Locale.ROOT,
                "| %s | %,.0f ± %,.0f | %,.0f | %s |%n",
                name,
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError(),
                allocated(result),
                plainTwin(name)
                        .map(plain -> "%.2f"
                                .formatted(plain.getPrimaryResult().getScore()
                                        / result.getPrimaryResult().getScore()))
                        .orElse("")));
    }

    private Optional<RunResult> plainTwin(String name) {
        int end = name.contains(" ") ? name.indexOf(' ') : name.length();
        return Optional.ofNullable(results.get(name.substring(0, end) + PLAIN + name.substring(end)));
    }

    private static double allocated(RunResult result) {
        return result.getSecondaryResults().keySet().stream()
                .filter(key -> key.endsWith("gc.alloc.rate.norm"))
                .mapToDouble(key -> Objects.requireNonNull(
                                result.getSecondaryResults().get(key))
                        .getScore())
                .findFirst()
                .orElse(Double.NaN);
    }
}
