package dev.persistor.spark;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** How many blobs a query could not read, or not whole, as Spark's web pages show it. Thread-safe. */
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
