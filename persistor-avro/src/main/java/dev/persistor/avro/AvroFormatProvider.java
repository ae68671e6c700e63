package dev.persistor.avro;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormatProvider;

/**
 * Provides {@link AvroFormat} if this module is on the class path.
 *
 * <p>Thread-safe.
 */
public final class AvroFormatProvider implements MessageFormatProvider {

    /** For {@link java.util.ServiceLoader}. */
    public AvroFormatProvider() {}

    @Override
    public String name() {
        return AvroFormat.NAME;
    }

    @Override
    public MessageFormat format(Compression compression) {
        return new AvroFormat(compression);
    }
}
