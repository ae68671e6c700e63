package dev.persistor.benchmarks.spark;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs queries on an archive, by Persistor's table and, of jsonl in a folder, by Spark's own JSON on the same blobs. A query that counts
 * several times runs once before, to warm up; the median is printed as a row of a table.
 */
public final class Queries {

    private static final String LINES =
            "id STRING, source STRING, publishTime TIMESTAMP, orderingKey STRING, partition STRING, offset BIGINT,"
                    + " attributes MAP<STRING, STRING>, brokerProperties MAP<STRING, STRING>, data STRING, data_base64 STRING";
    private static final String HOUR =
            "publishTime >= '2026-01-30T01:00:00Z' and publishTime < '2026-01-30T02:00:00Z'";

    private final SparkSession spark;
    private final int rounds;
    private final String archive;

    private Queries(SparkSession spark, int rounds, String archive) {
        this.spark = spark;
        this.rounds = rounds;
        this.archive = archive;
    }

    /**
     * Prints rows.
     *
     * @param arguments {@code jsonl} or {@code raw}, the archive, and how often each query counts
     */
    public static void main(String[] arguments) {
        try (SparkSession spark = SparkSession.builder()
                .appName("queries")
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate()) {
            Queries queries = new Queries(spark, Integer.parseInt(arguments[2]), arguments[1]);
            if (arguments[0].equals("jsonl")) {
                queries.besideJson();
            } else {
                queries.ofSingleMessages();
            }
        }
    }

    private void besideJson() {
        row("every payload", () -> sum(persistor(), "payload"), () -> sum(json(), "data"));
        row(
                "every attribute, without payloads",
                () -> sum(persistor(), "attributes['type']"),
                () -> sum(json(), "attributes['type']"));
        row("one id", () -> persistor().where("id = '777'").count(), () -> json().where("id = '777'")
                .count());
        row("one hour, every payload", () -> sum(persistor().where(HOUR), "payload"), () -> sum(
                json().where(HOUR), "data"));
    }

    private void ofSingleMessages() {
        row("every payload", () -> sum(persistor(), "payload"), null);
        row("every attribute, without payloads", () -> sum(persistor(), "attributes['type']"), null);
        row("one hour, every payload", () -> sum(persistor().where(HOUR), "payload"), null);
    }

    private Dataset<Row> persistor() {
        return spark.read().format("persistor").load(archive);
    }

    private Dataset<Row> json() {
        return spark.read()
                .schema(LINES)
                .option("recursiveFileLookup", "true")
                .option("pathGlobFilter", "*.jsonl")
                .json(archive);
    }

    private static long sum(Dataset<Row> table, String column) {
        Row row = table.selectExpr("count(*)", "sum(length(" + column + "))").first();
        return row.getLong(0);
    }

    private void row(String what, Supplier<Long> persistor, Supplier<Long> json) {
        Run ours = run(persistor);
        System.out.println(String.format(
                Locale.ROOT, "| %s | %,d | %.2f |%s", what, ours.rows(), ours.seconds(), beside(ours, json)));
    }

    private String beside(Run ours, Supplier<Long> json) {
        if (json == null) {
            return "";
        }
        double theirs = run(json).seconds();
        return String.format(Locale.ROOT, " %.2f, %.2f times as long |", theirs, theirs / ours.seconds());
    }

    private Run run(Supplier<Long> query) {
        long rows = rounds > 1 ? query.get() : 0;
        double[] seconds = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            rows = query.get();
            seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(seconds);
        return new Run(rows, seconds[rounds / 2]);
    }

    /** The result of a query, and the median of its times. */
    private record Run(long rows, double seconds) {}
}
