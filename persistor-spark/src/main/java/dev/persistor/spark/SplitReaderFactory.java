package dev.persistor.spark;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/**
 * Reads splits on executors.
 *
 * <p>Immutable.
 *
 * @param options which archive
 * @param bounds which messages, which are some
 * @param columns what of them
 */
record SplitReaderFactory(TableOptions options, Bounds bounds, List<Column> columns) implements PartitionReaderFactory {

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
        return new SplitReader(options, bounds, columns, (BlobSplit) partition);
    }
}
