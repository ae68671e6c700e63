package dev.persistor.spark;

import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** An archive, as Spark's planner sees it. Immutable. */
final class ArchiveTable implements Table, SupportsRead {

    private final TableOptions options;

    ArchiveTable(TableOptions options) {
        this.options = options;
    }

    @Override
    public String name() {
        return PersistorSource.NAME + " " + options.store();
    }

    // The method that replaces it is not in all versions of Spark that this runs on.
    @SuppressWarnings("deprecation")
    @Override
    public StructType schema() {
        return Column.schema(options.mode());
    }

    @Override
    public Set<TableCapability> capabilities() {
        return Set.of(TableCapability.BATCH_READ);
    }

    /** The options were read when the table was made: a time that counts from now is the same for each query. */
    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap ignored) {
        return new ArchiveScanBuilder(options);
    }
}
