package dev.persistor.standalone.recovery;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A name and a value, typed as {@code name=value}; the value may hold more of that sign, or be empty.
 *
 * <p>Immutable.
 */
record KeyValue(String key, String value) {

    /** For the options. */
    static final class Converter implements ITypeConverter<KeyValue> {
        @Override
        public KeyValue convert(String value) {
            int sign = value.indexOf('=');
            if (sign < 1) {
                throw new TypeConversionException("'" + value + "' is not valid; use NAME=VALUE");
            }
            return new KeyValue(value.substring(0, sign), value.substring(sign + 1));
        }
    }
}
