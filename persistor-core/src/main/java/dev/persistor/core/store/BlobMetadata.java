package dev.persistor.core.store;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a blob says of itself beside its content: keys of lower-case words joined by {@code -}, with any text as values.
 *
 * <p>Clouds carry metadata in HTTP headers, where only visible ASCII survives, and where an empty value or one that
 * begins or ends with a space may not. So stores keep the {@linkplain #encoded() encoded} form, in which each value is
 * percent-encoded, and an empty one is a single {@code %}; {@link #decode} reads it back.
 *
 * <p>Immutable.
 */
public final class BlobMetadata {

    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final PercentEncoding VALUES = PercentEncoding.keepingVisibleAscii();
    private static final String ENCODED_EMPTY = "%";
    private static final BlobMetadata EMPTY = new BlobMetadata(Map.of());

    private final Map<String, String> values;

    private BlobMetadata(Map<String, String> values) {
        this.values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** Returns no metadata. */
    public static BlobMetadata empty() {
        return EMPTY;
    }

    /**
     * Returns the given metadata; the map is copied.
     *
     * @throws IllegalArgumentException if a key is not made of lower-case ASCII letters and digits, joined by single
     *     {@code -}, beginning with a letter: all that every cloud accepts in some spelling
     */
    public static BlobMetadata of(Map<String, String> values) {
        for (String key : values.keySet()) {
            if (!KEY.matcher(key).matches()) {
                throw new IllegalArgumentException("not a metadata key: \"" + key
                        + "\"; use lower-case letters and digits, joined by single -, beginning with a letter");
            }
        }
        return new BlobMetadata(values);
    }

    /**
     * Returns the metadata that a store kept. Other programs' values, which are not percent-encoded, stay as they are,
     * and so do their keys.
     */
    public static BlobMetadata decode(Map<String, String> encoded) {
        TreeMap<String, String> values = new TreeMap<>();
        encoded.forEach((key, value) -> values.put(key, decodeValue(value)));
        return new BlobMetadata(values);
    }

    private static String decodeValue(String value) {
        return value.equals(ENCODED_EMPTY) ? "" : PercentEncoding.decode(value).orElse(value);
    }

    /** Returns the metadata as a store keeps it: values of one or more visible ASCII characters, in key order. */
    public Map<String, String> encoded() {
        Map<String, String> encoded = new TreeMap<>();
        values.forEach((key, value) -> encoded.put(key, encodeValue(value)));
        return encoded;
    }

    private static String encodeValue(String value) {
        return value.isEmpty() ? ENCODED_EMPTY : VALUES.encode(value);
    }

    /** Returns how many bytes keys and encoded values have together, which is what clouds limit. */
    public int encodedSize() {
        int size = 0;
        for (Map.Entry<String, String> entry : values.entrySet()) {
            size += entry.getKey().length() + encodeValue(entry.getValue()).length();
        }
        return size;
    }

    /** Returns the value of a key. */
    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** Returns keys and values, in key order. */
    public Map<String, String> asMap() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlobMetadata that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
