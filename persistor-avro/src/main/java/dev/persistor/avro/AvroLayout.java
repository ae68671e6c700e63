package dev.persistor.avro;

import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.foreign.ForeignLayout;
import dev.persistor.core.naming.CaptureNames;
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
    private final CaptureNames captureNames;

    private AvroLayout(String name, Predicate<BlobName> names, CaptureNames captureNames) {
        super(name);
        this.names = names;
        this.captureNames = captureNames;
    }

    static AvroLayout of(String name, Predicate<BlobName> names) {
        return new AvroLayout(name, names, CaptureNames.DEFAULT);
    }

    /** Returns the layout of files that Event Hubs Capture named in a way of its own. */
    static AvroLayout captured(CaptureNames names) {
        return new AvroLayout("eventhubs-capture", names::mayHaveNamed, names);
    }

    @Override
    protected boolean isNamedLikeThis(BlobName blob) {
        return names.test(blob);
    }

    @Override
    protected MessageReader reader(InputStream in, BlobInfo blob, ReadContext context) {
        return AvroMessageReader.open(in, blob, context, captureNames);
    }
}
