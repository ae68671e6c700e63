package dev.persistor.spark;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.sources.And;
import org.apache.spark.sql.sources.EqualNullSafe;
import org.apache.spark.sql.sources.EqualTo;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.GreaterThan;
import org.apache.spark.sql.sources.GreaterThanOrEqual;
import org.apache.spark.sql.sources.In;
import org.apache.spark.sql.sources.LessThan;
import org.apache.spark.sql.sources.LessThanOrEqual;
import org.apache.spark.sql.sources.Or;
import org.jspecify.annotations.Nullable;

/** Makes bounds of the filters of a query. Thread-safe. */
final class PushedFilter {

    private PushedFilter() {}

    /** Returns bounds that each row has which passes the filter; none where the filter limits nothing that an archive knows. */
    static Bounds bounds(Filter filter) {
        if (filter instanceof And and) {
            return bounds(and.left()).and(bounds(and.right()));
        }
        if (filter instanceof Or or) {
            return bounds(or.left()).or(bounds(or.right()));
        }
        if (filter instanceof EqualTo equal) {
            return oneOf(equal.attribute(), equal.value());
        }
        if (filter instanceof EqualNullSafe equal) {
            return oneOf(equal.attribute(), equal.value());
        }
        return filter instanceof In in ? oneOf(in.attribute(), in.values()) : comparison(filter);
    }

    private static Bounds comparison(Filter filter) {
        if (filter instanceof GreaterThanOrEqual atLeast) {
            return time(atLeast.attribute(), atLeast.value(), Bounds::from);
        }
        if (filter instanceof GreaterThan after) {
            return time(after.attribute(), after.value(), time -> Bounds.from(next(time)));
        }
        if (filter instanceof LessThan before) {
            return time(before.attribute(), before.value(), Bounds::before);
        }
        if (filter instanceof LessThanOrEqual atMost) {
            return time(atMost.attribute(), atMost.value(), time -> Bounds.before(next(time)));
        }
        return Bounds.NONE;
    }

    private static Bounds oneOf(String column, @Nullable Object... values) {
        if (column.equals(Column.PUBLISH_TIME.columnName())) {
            return Stream.of(values)
                    .map(value -> time(column, value, time -> new Bounds(time, next(time), null, null)))
                    .reduce(Bounds::or)
                    .orElse(Bounds.NONE);
        }
        if (!Stream.of(values).allMatch(String.class::isInstance)) {
            return Bounds.NONE;
        }
        Set<String> texts = Stream.of(values).map(String.class::cast).collect(Collectors.toSet());
        if (column.equals(Column.SOURCE.columnName())) {
            return Bounds.sources(texts);
        }
        return column.equals(Column.ID.columnName()) ? Bounds.ids(texts) : Bounds.NONE;
    }

    private static Bounds time(String column, @Nullable Object value, Function<Instant, Bounds> bounds) {
        return column.equals(Column.PUBLISH_TIME.columnName())
                ? instant(value).map(bounds).orElse(Bounds.NONE)
                : Bounds.NONE;
    }

    /** The session's configuration determines which of the two classes is used. */
    private static Optional<Instant> instant(@Nullable Object value) {
        if (value instanceof Timestamp timestamp) {
            return Optional.of(timestamp.toInstant());
        }
        return value instanceof Instant instant ? Optional.of(instant) : Optional.empty();
    }

    /** A row's time is the microsecond in which its message was published. */
    private static Instant next(Instant microsecond) {
        return microsecond.plus(1, ChronoUnit.MICROS);
    }
}
