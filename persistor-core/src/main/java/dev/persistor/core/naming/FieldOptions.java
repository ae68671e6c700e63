package dev.persistor.core.naming;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a field of a template says behind its first {@code |}: a fallback, a list of values, or both in this order.
 *
 * <p>Immutable.
 *
 * @param fallback what stands for a missing value, or null where the field does not say
 * @param listed the values that do not share one part of the path
 */
record FieldOptions(@Nullable String fallback, Optional<ListedValues> listed) {

    private static final FieldOptions NONE = new FieldOptions(null, Optional.empty());
    private static final String LIST = "only=";

    /**
     * Reads the options out of a field.
     *
     * @param field all between the field's braces
     * @param column where {@code field} begins in the template, from 1
     * @throws PathTemplateException if they cannot be read; it names the column of what is wrong
     */
    static FieldOptions of(String field, int column) {
        int bar = field.indexOf('|');
        if (bar < 0) {
            return NONE;
        }
        int second = field.indexOf('|', bar + 1);
        if (second < 0) {
            String only = field.substring(bar + 1);
            return only.startsWith(LIST)
                    ? new FieldOptions(null, Optional.of(list(only, column + bar + 1)))
                    : new FieldOptions(only, Optional.empty());
        }
        String fallback = field.substring(bar + 1, second);
        String list = field.substring(second + 1);
        if (fallback.startsWith(LIST) || !list.startsWith(LIST) || list.indexOf('|') >= 0) {
            throw new PathTemplateException(
                    column + second,
                    "only one list of values can follow the fallback, and nothing can follow the list",
                    "write {attr:NAME|fallback|only=VALUE,VALUE}, and percent-encode a | in a value");
        }
        return new FieldOptions(fallback, Optional.of(list(list, column + second + 1)));
    }

    private static ListedValues list(String option, int column) {
        return ListedValues.parse(option.substring(LIST.length()), column + LIST.length());
    }

    /**
     * Returns how the field's values are encoded.
     *
     * @param missing what stands for a missing value, which counts as listed
     */
    ValueEncoder encoder(String missing) {
        return listed.<ValueEncoder>map(values -> values.and(missing)::encode).orElse(PathValues::encode);
    }
}
