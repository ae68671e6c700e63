package dev.persistor.core.format.foreign;

import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.io.InputStream;

/**
 * The text files of Google's Dataflow templates: the payloads, each with a line feed behind it, as in {@link PubSubTextLayout}. The
 * publish time is the beginning of the window in the file's name, and the source is the folder.
 *
 * <p>Immutable.
 */
final class DataflowTextLayout extends ForeignLayout {

    static final String NAME = "dataflow-text";

    DataflowTextLayout() {
        super(NAME);
    }

    @Override
    protected boolean isNamedLikeThis(BlobName blob) {
        return DataflowNames.matches(blob) && !nameOfPlain(blob).value().endsWith(".avro");
    }

    @Override
    protected MessageReader reader(InputStream in, BlobInfo blob, ReadContext context) {
        return new LinesReader(in, blob, context, DataflowNames.source(blob.name()), DataflowNames.time(blob.name()));
    }
}
