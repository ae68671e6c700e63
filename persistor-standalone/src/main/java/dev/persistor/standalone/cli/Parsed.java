package dev.persistor.standalone.cli;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts an option that has the form of a setting, with an error message for options.
 *
 * <p>Immutable.
 */
public abstract class Parsed<T> implements ITypeConverter<T> {

    private final Function<String, T> parser;
    private final String allowed;

    /**
     * Makes a converter.
     *
     * @param parser throws an {@link IllegalArgumentException} for what is not allowed
     * @param allowed what is, such as "a size such as 8MiB"
     */
    protected Parsed(Function<String, T> parser, String allowed) {
        this.parser = parser;
        this.allowed = allowed;
    }

    @Override
    public T convert(String value) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + value + "' is not valid; use " + allowed);
        }
    }
}
