package dev.persistor.core.store;

import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name of a blob within its store: segments with {@code /} between them, none empty, {@code .} or {@code ..}, and
 * no backslash or control character in any, so that no store and no file system can read it as a way out of its root.
 *
 * <p>Other programs give objects names that are none of these. A listing has them too, {@linkplain #listed as foreign names}: no
 * blob can be written under one, and none that has one holds messages of Persistor.
 *
 * <p>Names are ordered by Unicode code point, which is the order of their UTF-8 bytes and the order in which clouds
 * list.
 *
 * <p>Immutable.
 */
public final class BlobName implements Comparable<BlobName> {

    /** The order of names, and of the beginnings of names, by Unicode code point. */
    public static final Comparator<String> ORDER = BlobName::compare;

    /** Names that begin so are Persistor's notes about a store. They are listed only for a prefix that begins so, too. */
    public static final String NOTES = ".persistor/notes/";

    /** The notes of the path templates by which the blobs were named begin so. */
    public static final String TEMPLATES = NOTES + "templates/";

    private final String value;
    private final boolean plain;
    private final boolean foreign;

    private BlobName(String value, boolean plain, boolean foreign) {
        this.value = value;
        this.plain = plain;
        this.foreign = foreign;
    }

    /**
     * Returns the name.
     *
     * @throws IllegalArgumentException if it is not a legal name; the message says what is wrong and where
     */
    public static BlobName of(String value) {
        if (isPlain(value)) {
            return new BlobName(value, true, false);
        }
        String problem = problemWith(value);
        if (problem != null) {
            throw new IllegalArgumentException("not a blob name: " + problem + ": \"" + printable(value) + "\"");
        }
        return new BlobName(value, false, false);
    }

    /**
     * Returns a name that a store lists, whatever it is: one that {@link #of} refuses is {@linkplain #isForeign() foreign}. For
     * stores only.
     */
    public static BlobName listed(String value) {
        boolean isPlain = isPlain(value);
        return new BlobName(value, isPlain, !isPlain && problemWith(value) != null);
    }

    /** Tells whether Persistor cannot have written a blob of this name. */
    public boolean isForeign() {
        return foreign;
    }

    /** Tells whether a name is as most are: visible ASCII and spaces, with no dot before a segment. Such names are legal. */
    private static boolean isPlain(String value) {
        char previous = '/';
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '\\' || (previous == '/' && (c == '/' || c == '.'))) {
                return false;
            }
            previous = c;
        }
        return previous != '/';
    }

    private static @Nullable String problemWith(String value) {
        Objects.requireNonNull(value, "value");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c) || c == '\\') {
                return "a control character or backslash at column " + (i + 1);
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isSupplementaryCodePoint(value.codePointAt(i))) {
                    return "a lone surrogate at column " + (i + 1);
                }
                i++;
            }
        }
        int start = 0;
        while (start <= value.length()) {
            int slash = value.indexOf('/', start);
            int end = slash < 0 ? value.length() : slash;
            String segment = value.substring(start, end);
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return (segment.isEmpty() ? "an empty segment" : "a segment \"" + segment + "\"") + " at column "
                        + (start + 1);
            }
            start = end + 1;
        }
        return null;
    }

    private static String printable(String value) {
        return PercentEncoding.keepingVisibleAscii().encode(value);
    }

    /** Returns the whole name. */
    public String value() {
        return value;
    }

    /** Returns this name with a suffix behind its last segment, for the blobs that accompany or replace it. */
    public BlobName withSuffix(String suffix) {
        return of(value + suffix);
    }

    /** Returns everything before the last {@code /}: the blob's partition; empty where there is no {@code /}. */
    public String folder() {
        return value.substring(0, Math.max(0, value.lastIndexOf('/')));
    }

    /** Compares by code point, which is also the order of the UTF-8 bytes. */
    @Override
    public int compareTo(BlobName other) {
        // Without surrogates the order of the code points is that of the characters, which the JDK compares many at a
        // time.
        return plain && other.plain ? value.compareTo(other.value) : compare(value, other.value);
    }

    private static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                // Surrogates stand for code points above all other characters, though their own numbers lie below some.
                return Character.isSurrogate(a) == Character.isSurrogate(b)
                        ? Character.compare(a, b)
                        : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlobName that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Returns the name; a foreign one percent-encoded and in quotes, since it can hold line breaks. */
    @Override
    public String toString() {
        return foreign ? "\"" + printable(value) + "\"" : value;
    }
}
