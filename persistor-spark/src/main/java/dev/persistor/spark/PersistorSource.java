package dev.persistor.spark;

import java.time.Clock;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.SessionConfigSupport;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code persistor}: an archive as a table with a row for each message.
 *
 * <pre>{@code
 * Dataset<Row> orders = spark.read()
 *         .format("persistor")
 *         .option("source", "orders")
 *         .load("gs://my-archive");
 * }</pre>
 *
 * <p>Options that are named {@code spark.datasource.persistor.NAME} in the session's configuration hold for each table that does not
 * set them. Thread-safe.
 */
public final class PersistorSource implements TableProvider, DataSourceRegister, SessionConfigSupport {

    static final String NAME = "persistor";

    /** For Spark. */
    public PersistorSource() {}

    @Override
    public String shortName() {
        return NAME;
    }

    @Override
    public String keyPrefix() {
        return NAME;
    }

    /**
     * Returns the table's columns, which are the same for each archive.
     *
     * @throws IllegalArgumentException if an option is unknown or wrong; the message says what is allowed
     */
    @Override
    public StructType inferSchema(CaseInsensitiveStringMap options) {
        return Column.schema(parse(options.asCaseSensitiveMap()).mode());
    }

    @Override
    public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
        return new ArchiveTable(parse(properties));
    }

    private static TableOptions parse(Map<String, String> options) {
        return new OptionParser(options, Clock.systemUTC().instant()).parse();
    }
}
