package dev.persistor.core.store;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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

    private static final PercentEncoding VALUES = PercentEncoding.keepingVisibleAscii();
    private static final String ENCODED_EMPTY = "%";
    private static final BlobMetadata EMPTY = new BlobMetadata(new String[0]);

    /** The maximum length of an encoded character: three bytes of UTF-8, each as {@code %} and two digits. */
    private static final int LONGEST_ENCODED_CHARACTER = 9;

    /** Key, value, key, value, in the order of the keys: a map for each of millions of blobs would cost far more. */
    private final String[] entries;

    private BlobMetadata(String[] entries) {
        this.entries = entries;
    }

    /** Returns no metadata. */
    public static BlobMetadata empty() {
        return EMPTY;
    }

    /**
     * Returns the given metadata; the map is copied.
     *
     * @throws IllegalArgumentException if a key is not one that {@link Key} takes
     */
    public static BlobMetadata of(Map<String, String> values) {
        Builder builder = builder();
        values.forEach(builder::put);
        return builder.build();
    }

    /** Returns a builder of metadata. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the metadata that a store kept. Other programs' values, which are not percent-encoded, stay as they are,
     * and so do their keys.
     */
    public static BlobMetadata decode(Map<String, String> encoded) {
        Builder builder = builder();
        encoded.forEach((key, value) -> builder.putUnchecked(key, decodeValue(value)));
        return builder.build();
    }

    private static String decodeValue(String value) {
        return value.equals(ENCODED_EMPTY) ? "" : PercentEncoding.decode(value).orElse(value);
    }

    /** Returns the metadata as a store keeps it: values of one or more visible ASCII characters, in key order. */
    public Map<String, String> encoded() {
        Map<String, String> encoded = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            encoded.put(entries[i], encodeValue(entries[i + 1]));
        }
        return encoded;
    }

    private static String encodeValue(String value) {
        return value.isEmpty() ? ENCODED_EMPTY : VALUES.encode(value);
    }

    /** Returns how many bytes keys and encoded values have together, which is what clouds limit. */
    public int encodedSize() {
        int size = 0;
        for (int i = 0; i < entries.length; i += 2) {
            size += entries[i].length() + encodeValue(entries[i + 1]).length();
        }
        return size;
    }

    /** Tells whether the {@linkplain #encodedSize() encoded size} is no more than so many bytes. */
    public boolean fitsIn(int bytes) {
        long most = 0;
        for (String text : entries) {
            most += (long) LONGEST_ENCODED_CHARACTER * Math.max(1, text.length());
        }
        return most <= bytes || encodedSize() <= bytes;
    }

    /** Returns the value of a key. */
    public Optional<String> get(String key) {
        for (int i = 0; i < entries.length; i += 2) {
            if (entries[i].equals(key)) {
                return Optional.of(entries[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** Returns keys and values, in key order. */
    public Map<String, String> asMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put(entries[i], entries[i + 1]);
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlobMetadata that && Arrays.equals(entries, that.entries);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(entries);
    }

    /** Returns the keys, for logs: never a value. */
    @Override
    public String toString() {
        return asMap().keySet().toString();
    }

    /**
     * A key that was checked once, for those who put it into the metadata of millions of blobs.
     *
     * <p>Immutable.
     *
     * @param text lower-case ASCII letters and digits, joined by single {@code -}, beginning with a letter: all that every
     *     cloud accepts in some spelling
     */
    public record Key(String text) {

        /** Checks the key. */
        public Key {
            if (!isKey(text)) {
                throw new IllegalArgumentException("not a metadata key: \"" + text
                        + "\"; use lower-case letters and digits, joined by single -, beginning with a letter");
            }
        }

        private static boolean isKey(String key) {
            int last = key.length() - 1;
            for (int i = 0; i <= last; i++) {
                char c = key.charAt(i);
                if (c >= 'a' && c <= 'z') {
                    continue;
                }
                boolean digit = c >= '0' && c <= '9';
                boolean hyphen = c == '-' && i < last && key.charAt(i + 1) != '-';
                if (i == 0 || !(digit || hyphen)) {
                    return false;
                }
            }
            return last >= 0;
        }
    }

    /** Collects keys and values; cheapest when they come in key order. Not thread-safe. */
    public static final class Builder {

        private static final int USUAL = 5;

        private String[] entries = new String[2 * USUAL];
        private int size;

        private Builder() {}

        /**
         * Sets the value of a key, in place of what it was before.
         *
         * @throws IllegalArgumentException if the key is not one that {@link Key} takes
         */
        public Builder put(String key, String value) {
            return put(new Key(key), value);
        }

        /** Sets the value of a key, in place of what it was before. */
        public Builder put(Key key, String value) {
            putUnchecked(key.text, value);
            return this;
        }

        private void putUnchecked(String key, String value) {
            Objects.requireNonNull(value, "value");
            int at = size;
            int order = 1;
            while (at > 0 && (order = key.compareTo(entries[at - 2])) < 0) {
                at -= 2;
            }
            if (at > 0 && order == 0) {
                entries[at - 1] = value;
                return;
            }
            if (size == entries.length) {
                entries = Arrays.copyOf(entries, 2 * (size + 1));
            }
            System.arraycopy(entries, at, entries, at + 2, size - at);
            entries[at] = key;
            entries[at + 1] = value;
            size += 2;
        }

        /** Returns what was put so far, and starts anew. */
        public BlobMetadata build() {
            String[] all = size == entries.length ? entries : Arrays.copyOf(entries, size);
            entries = EMPTY.entries;
            size = 0;
            return all.length == 0 ? EMPTY : new BlobMetadata(all);
        }
    }
}
