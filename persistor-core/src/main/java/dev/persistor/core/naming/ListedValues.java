package dev.persistor.core.naming;

import dev.persistor.core.store.PercentEncoding;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The values of a field that a template lists. They keep their own parts of a path; all others share
 * {@link PathValues#OTHER}, so that a sender who makes up values makes up no folders.
 *
 * <p>The list, and not what came first, decides: a name is a function of the messages alone, in every process and after
 * every restart.
 *
 * <p>Immutable.
 */
final class ListedValues {

    /** The most values of a list; beyond that a template is no place to keep them. */
    static final int MOST = 1_000;

    private final Set<String> values;

    private ListedValues(Set<String> values) {
        this.values = Set.copyOf(values);
    }

    /**
     * Reads values with commas between them, each percent-encoded as in the names that it makes.
     *
     * @param list the text behind {@code only=}
     * @param column where that text begins in the template, from 1
     * @throws PathTemplateException if the list is empty or too long, or a value is empty, there twice, or not well
     *     encoded; it names the value's column
     */
    static ListedValues parse(String list, int column) {
        if (list.isEmpty()) {
            throw new PathTemplateException(
                    column, "the list of values is empty", "write only=VALUE,VALUE, or leave |only= out");
        }
        Set<String> values = new LinkedHashSet<>();
        int start = 0;
        for (String written : list.split(",", -1)) {
            String value = decode(written, column + start);
            if (!values.add(value)) {
                throw new PathTemplateException(
                        column + start, "the value \"" + written + "\" is listed twice", "write it once");
            }
            if (values.size() > MOST) {
                throw new PathTemplateException(
                        column + start,
                        "the list has more than " + MOST + " values",
                        "list the values that are queried; the others share " + PathValues.OTHER);
            }
            start += written.length() + 1;
        }
        return new ListedValues(values);
    }

    private static String decode(String written, int column) {
        if (written.isEmpty()) {
            throw new PathTemplateException(
                    column, "an empty value in the list", "put one comma between values, and none at the ends");
        }
        if (!written.equals(written.strip())) {
            throw new PathTemplateException(
                    column,
                    "a space before or after the value \"" + written.strip() + "\"",
                    "leave it out, or write it as %20 if it belongs to the value");
        }
        return PercentEncoding.decode(written)
                .orElseThrow(() -> new PathTemplateException(
                        column,
                        "the value \"" + written + "\" is not percent-encoded text",
                        "write % itself as %25, and a comma as %2C"));
    }

    /** Returns this list with one more value, if it is not there yet. */
    ListedValues and(String value) {
        Set<String> more = new LinkedHashSet<>(values);
        more.add(value);
        return new ListedValues(more);
    }

    /** Encodes a listed value as {@link PathValues#encode} does, and any other as {@link PathValues#OTHER}. */
    String encode(String text, int limit) {
        return values.contains(text) ? PathValues.encode(text, limit) : PathValues.OTHER;
    }
}
