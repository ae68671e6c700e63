package dev.persistor.avro;

import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.foreign.ForeignLayout;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.io.InputStream;
import java.util.function.Predicate;

/**
 * Avro files of other programs, recognised by other signs than an {@code .avro} at the end of their names, which is enough
 * for {@link AvroFormat}. The schema inside tells what they hold.
 *
 * <p>Immutable.
 */
final class AvroLayout extends ForeignLayout {

    private final Predicate<BlobName> names;

    AvroLayout(String name, Predicate<BlobName> names) {
        super(name);
        this.names = names;
    }

    @Override
    protected boolean isNamedLikeThis(BlobName blob) {
        return names.test(blob);
    }

    @Override
    protected MessageReader reader(InputStream in, BlobInfo blob) {
        return AvroMessageReader.open(in, blob);
    }
}
