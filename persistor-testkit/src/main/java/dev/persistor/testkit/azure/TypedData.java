package dev.persistor.testkit.azure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A value as the host can hand it to a worker: one of few kinds, with JSON for everything else. */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
sealed interface TypedData {

    /** Bytes. */
    record Bytes(byte[] value) implements TypedData {}

    /** Text. */
    record Text(String value) implements TypedData {}

    /** A floating-point number. */
    record Real(double value) implements TypedData {}

    /** JSON, which is text to the host. */
    record Json(String value) implements TypedData {}

    /** Many times bytes. */
    record BytesList(List<byte[]> values) implements TypedData {}

    /** Many texts. */
    record TextList(List<String> values) implements TypedData {}

    /** Many integers. */
    record LongList(List<Long> values) implements TypedData {}

    /** Many floating-point numbers. */
    record RealList(List<Double> values) implements TypedData {}

    /** A request; its body is text or bytes. */
    record Http(
            String method, String url, Map<String, String> headers, Map<String, String> query, Optional<TypedData> body)
            implements TypedData {}

    /**
     * Does what the host does with a value of a trigger. The Java worker does not ask for the empty entries of a
     * {@code string[]}, so the host leaves them out with those that are null: the texts after one move up.
     */
    static TypedData of(Object value) {
        if (value instanceof byte[] bytes) {
            return new Bytes(bytes.clone());
        }
        if (value instanceof String text) {
            return new Text(HostJson.requireWellFormed(text));
        }
        if (value instanceof Double real) {
            return new Real(real);
        }
        if (value instanceof byte[][] many) {
            return new BytesList(Arrays.stream(many)
                    .filter(Objects::nonNull)
                    .map(byte[]::clone)
                    .toList());
        }
        if (value instanceof String[] texts) {
            return new TextList(Arrays.stream(texts)
                    .filter(text -> text != null && !text.isEmpty())
                    .map(HostJson::requireWellFormed)
                    .toList());
        }
        if (value instanceof long[] numbers) {
            return new LongList(Arrays.stream(numbers).boxed().toList());
        }
        if (value instanceof double[] reals) {
            return new RealList(Arrays.stream(reals).boxed().toList());
        }
        return new Json(HostJson.compact(value));
    }
}
