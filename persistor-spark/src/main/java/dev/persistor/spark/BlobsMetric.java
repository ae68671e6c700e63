package dev.persistor.spark;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** How many blobs a query had rows of, as Spark's web pages show it. Thread-safe. */
public final class BlobsMetric extends CustomSumMetric {

    static final String NAME = "blobs";

    /** For Spark. */
    public BlobsMetric() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "number of blobs";
    }
}
