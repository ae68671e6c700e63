package dev.persistor.spark;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.store.BlobStore;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One query of an archive's table, on the driver. Not thread-safe. */
final class ArchiveScan implements Scan, Batch {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiveScan.class);

    private final TableOptions options;
    private final Bounds bounds;
    private final StructType columns;
    private final String pushed;
    private @Nullable List<BlobSplit> splits;

    /**
     * Makes a scan.
     *
     * @param pushed the filters that narrow it, for people
     */
    ArchiveScan(TableOptions options, Bounds bounds, StructType columns, String pushed) {
        this.options = options;
        this.bounds = options.bounds().and(bounds);
        this.columns = columns;
        this.pushed = pushed;
    }

    @Override
    public StructType readSchema() {
        return columns;
    }

    @Override
    public String description() {
        return "persistor " + options.store() + ", pushed filters: " + pushed;
    }

    @Override
    public Batch toBatch() {
        return this;
    }

    /** Spark asks more than once for each query: the archive is listed once. */
    @Override
    public InputPartition[] planInputPartitions() {
        if (splits == null) {
            splits = bounds.isEmpty() ? List.of() : list();
        }
        return splits.toArray(InputPartition[]::new);
    }

    private List<BlobSplit> list() {
        try (BlobStore store = options.openChecked()) {
            MessageFilter filter = options.filter(bounds);
            Archive archive = options.archiveToList(store, filter);
            List<BlobSplit> found = BlobSplits.of(
                    archive.blobs(filter),
                    options.splitBytes(),
                    options.splitBlobs(),
                    SparkContext.getOrCreate().defaultParallelism());
            warnOf(archive.unexpectedNames());
            return found;
        }
    }

    private void warnOf(long unexpectedNames) {
        if (unexpectedNames > 0) {
            LOG.warn(
                    "{} blobs of {} listed for this time range or source have names that match no template. They are"
                            + " read, but others like them may have been missed. Give every template that the archive"
                            + " was written with as the option template, or set the option any-names to true.",
                    unexpectedNames,
                    options.store());
        }
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        return new SplitReaderFactory(options, bounds, Column.of(columns));
    }

    @Override
    public CustomMetric[] supportedCustomMetrics() {
        return new CustomMetric[] {new BlobsMetric(), new DamagedBlobsMetric()};
    }
}
