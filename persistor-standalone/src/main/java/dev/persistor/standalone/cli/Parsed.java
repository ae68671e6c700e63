package dev.persistor.standalone.cli;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What is written as settings are, with the words of an option for what is allowed.
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
            throw new TypeConversionException("'" + value + "' is not allowed; allowed is " + allowed);
        }
    }
}
