package dev.persistor.spark;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** The number of blobs that a query could not read completely, for Spark's web pages. Thread-safe. */
public final class DamagedBlobsMetric extends CustomSumMetric {

    static final String NAME = "damagedBlobs";

    /** For Spark. */
    public DamagedBlobsMetric() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "number of blobs that could not be read whole";
    }
}
