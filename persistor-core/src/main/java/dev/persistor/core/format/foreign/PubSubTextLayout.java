package dev.persistor.core.format.foreign;

import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.io.InputStream;

/**
 * The text files of Pub/Sub's export to Cloud Storage: the payloads, each with a line feed behind it, and nothing else of
 * the messages.
 *
 * <p>What cannot be known, and what stands for it:
 *
 * <ul>
 *   <li>Where a message ends that itself has a line feed in it: each of its lines becomes a message. Every other byte of a
 *       line, carriage returns included, is the payload's, and an empty line is an empty payload.
 *   <li>The id: the blob's name, {@code #}, and the line's number counted from 0. A file that is moved gives other ids.
 *   <li>The publish time: the time in the file's name, which is the file's and not the message's; 1970-01-01T00:00:00Z where
 *       {@linkplain PathTimes#ofExport the name has none} with four digits of the year.
 *   <li>The source: what the name has before that time; or else the folder; or else {@code pubsub}.
 *   <li>Attributes and ordering key: none.
 * </ul>
 *
 * <p>A last line without a line feed is taken for a message where the store vouches for the size of the blob.
 *
 * <p>Immutable.
 */
final class PubSubTextLayout extends ForeignLayout {

    static final String NAME = "pubsub-text";

    PubSubTextLayout() {
        super(NAME);
    }

    /** The export of Avro files may go to the same folder, if it was configured so. */
    @Override
    protected boolean isNamedLikeThis(BlobName blob) {
        return ExportNames.matches(blob) && !nameOfPlain(blob).value().endsWith(".avro");
    }

    @Override
    protected MessageReader reader(InputStream in, BlobInfo blob, ReadContext context) {
        return new LinesReader(in, blob, context, ExportNames.source(blob.name()), ExportNames.time(blob.name()));
    }
}
