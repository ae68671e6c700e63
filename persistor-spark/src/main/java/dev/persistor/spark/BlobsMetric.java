package dev.persistor.spark;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The number of blobs that a query read, for Spark's web pages. Thread-safe. */
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
