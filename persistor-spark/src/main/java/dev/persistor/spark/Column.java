package dev.persistor.spark;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Position;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** The columns of an archive's table, with the names that a line of jsonl has for the same. */
// Spark's types are immutable, and so are the functions, though neither says so.
@SuppressWarnings("ImmutableEnumChecker")
enum Column {
    ID("id", DataTypes.StringType, archived -> text(archived.message().id())),
    SOURCE("source", DataTypes.StringType, archived -> text(archived.message().source())),
    PUBLISH_TIME("publishTime", DataTypes.TimestampType, Column::micros),
    /** The nanoseconds that a Spark timestamp cannot hold. */
    PUBLISH_TIME_NANOS(
            "publishTimeNanos",
            DataTypes.IntegerType,
            archived -> archived.message().publishTime().get(ChronoField.NANO_OF_SECOND) % 1_000),
    ORDERING_KEY(
            "orderingKey",
            DataTypes.StringType,
            archived -> textOrNull(archived.message().orderingKey())),
    LOG(
            "log",
            DataTypes.StringType,
            archived -> textOrNull(position(archived).map(Position::log).filter(log -> !log.isEmpty()))),
    PARTITION(
            "partition",
            DataTypes.StringType,
            archived -> textOrNull(position(archived).map(Position::partition))),
    OFFSET(
            "offset",
            DataTypes.LongType,
            archived -> position(archived).map(Position::offset).orElse(null)),
    /** Of a repeated name, the first value. */
    ATTRIBUTES("attributes", Types.TEXTS, archived -> texts(archived.message().attributes())),
    TYPED_ATTRIBUTES(
            "typedAttributes",
            Types.ENTRIES,
            archived -> entries(archived.message().attributes())),
    BROKER_PROPERTIES(
            "brokerProperties",
            Types.TEXTS,
            archived -> texts(archived.message().brokerProperties())),
    TYPED_BROKER_PROPERTIES(
            "typedBrokerProperties",
            Types.ENTRIES,
            archived -> entries(archived.message().brokerProperties())),
    DELIVERY_ATTEMPT(
            "deliveryAttempt",
            DataTypes.IntegerType,
            archived -> archived.message().deliveryAttempt().isPresent()
                    ? archived.message().deliveryAttempt().getAsInt()
                    : null),
    PAYLOAD("payload", DataTypes.BinaryType, Column::payload),
    BLOB("blob", DataTypes.StringType, archived -> text(archived.blob().toString())),
    INDEX("index", DataTypes.IntegerType, ArchivedMessage::index),
    /** Only where damage is no failure. */
    DAMAGE("_damage", DataTypes.StringType, archived -> null);

    private static final int MICROS = 1_000_000;
    private static final int NANOS_OF_A_MICRO = 1_000;

    private final String columnName;
    private final DataType type;
    private final Function<ArchivedMessage, @Nullable Object> value;

    Column(String columnName, DataType type, Function<ArchivedMessage, @Nullable Object> value) {
        this.columnName = columnName;
        this.type = type;
        this.value = value;
    }

    /** Values that the constants of this enum need while they are created. */
    private static final class Types {
        static final DataType TEXTS = DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, true);
        static final DataType ENTRIES = DataTypes.createArrayType(
                new StructType()
                        .add("name", DataTypes.StringType, false)
                        .add("type", DataTypes.StringType, false)
                        .add("value", DataTypes.StringType, false),
                false);
    }

    String columnName() {
        return columnName;
    }

    /** Returns all columns of a table. */
    static StructType schema(DamageMode mode) {
        return new StructType(Arrays.stream(values())
                .filter(column -> column != DAMAGE || mode == DamageMode.PERMISSIVE)
                .map(column -> DataTypes.createStructField(column.columnName, column.type, true))
                .toArray(StructField[]::new));
    }

    /** Returns the columns of a part of the schema, in its order. */
    static List<Column> of(StructType part) {
        return Arrays.stream(part.fieldNames())
                .map(name -> Arrays.stream(values())
                        .filter(column -> column.columnName.equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    /** Returns the row of a message. */
    static InternalRow row(List<Column> columns, ArchivedMessage archived) {
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = columns.get(i).value.apply(archived);
        }
        return new GenericInternalRow(values);
    }

    /** Returns the row of a blob that could not be read, or not whole. */
    static InternalRow row(List<Column> columns, Finding finding) {
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (columns.get(i)) {
                case BLOB -> text(finding.blob().toString());
                case DAMAGE -> text(finding.kind().name().toLowerCase(Locale.ROOT) + ": " + finding.reason());
                default -> null;
            };
        }
        return new GenericInternalRow(values);
    }

    private static UTF8String text(String text) {
        return UTF8String.fromString(text);
    }

    private static @Nullable UTF8String textOrNull(Optional<String> text) {
        return text.map(UTF8String::fromString).orElse(null);
    }

    private static Optional<Position> position(ArchivedMessage archived) {
        return archived.message().position();
    }

    private static Long micros(ArchivedMessage archived) {
        Instant time = archived.message().publishTime();
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), MICROS), time.getNano() / NANOS_OF_A_MICRO);
        } catch (ArithmeticException e) {
            throw new ArchiveReadException(
                    archived.place() + " was published at " + time
                            + ", which a Spark timestamp cannot hold; leave out the column "
                            + PUBLISH_TIME.columnName
                            + ", or set the option until",
                    e);
        }
    }

    private static byte[] payload(ArchivedMessage archived) {
        ByteBuffer payload = archived.message().payload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    private static ArrayBasedMapData texts(Attributes attributes) {
        Map<String, AttributeValue> first = new LinkedHashMap<>();
        attributes.forEach(entry -> first.putIfAbsent(entry.name(), entry.value()));
        return new ArrayBasedMapData(
                new GenericArrayData(
                        first.keySet().stream().map(UTF8String::fromString).toArray()),
                new GenericArrayData(first.values().stream()
                        .map(value -> value.type() == AttributeValue.Type.NULL ? null : text(value.text()))
                        .toArray()));
    }

    private static GenericArrayData entries(Attributes attributes) {
        return new GenericArrayData(attributes.entries().stream()
                .map(entry -> new GenericInternalRow(new Object[] {
                    text(entry.name()),
                    text(entry.value().type().label()),
                    text(entry.value().text())
                }))
                .toArray());
    }
}
