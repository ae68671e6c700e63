package dev.persistor.standalone.cli;

import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One of a few words, which are written in lower case, in error messages too.
 *
 * <p>Immutable.
 */
public abstract class Choice<T extends Enum<T>> implements ITypeConverter<T> {

    private final T[] values;

    /** Makes a choice of these. */
    protected Choice(T[] values) {
        this.values = values;
    }

    @Override
    public T convert(String value) {
        return Arrays.stream(values)
                .filter(one -> one.toString().equals(value))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + value + "' is not valid; use one of " + Arrays.toString(values)));
    }
}
