package dev.persistor.spark;

import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownFilters;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;

/** Takes from a query what an archive can be asked for: times, sources, ids and columns. Not thread-safe. */
final class ArchiveScanBuilder implements SupportsPushDownFilters, SupportsPushDownRequiredColumns {

    private final TableOptions options;
    private Bounds bounds = Bounds.NONE;
    private Filter[] pushed = {};
    private StructType columns;

    ArchiveScanBuilder(TableOptions options) {
        this.options = options;
        this.columns = Column.schema(options.mode());
    }

    /**
     * Narrows what is listed and read. Spark tests each row with all filters again: its times have microseconds, and a message is also
     * found by the id that it had before a replay.
     */
    @Override
    public Filter[] pushFilters(Filter[] filters) {
        bounds = Stream.of(filters).map(PushedFilter::bounds).reduce(Bounds.NONE, Bounds::and);
        pushed = Stream.of(filters)
                .filter(filter -> !PushedFilter.bounds(filter).equals(Bounds.NONE))
                .toArray(Filter[]::new);
        return filters;
    }

    @Override
    public Filter[] pushedFilters() {
        return pushed.clone();
    }

    @Override
    public void pruneColumns(StructType required) {
        columns = required;
    }

    @Override
    public Scan build() {
        return new ArchiveScan(options, bounds, columns, Arrays.toString(pushed));
    }
}
