package dev.persistor.core.capture;

import dev.persistor.core.archive.ReplayAttributes;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.event.Level;

/**
 * Finds the archived message that a replayed message is a copy of. An attribute says where it is, but a consumer may copy that
 * attribute onto any message. So the message that is read there counts as the original only if identity and content are the
 * same. A message that is in doubt is archived.
 *
 * <p>Thread-safe.
 */
final class ReplayedMessages {

    private static final Pattern PLACE = Pattern.compile("(?s)(.+)#([0-9]{1,9})");

    private final BlobSource archive;
    private final OutageLog outages;
    private final MessageFormats formats = MessageFormats.installed();

    /**
     * Looks in an archive.
     *
     * @param outages where it is logged that the archive cannot be read
     */
    ReplayedMessages(BlobSource archive, OutageLog outages) {
        this.archive = archive;
        this.outages = outages;
    }

    /** Returns the blob that holds the message's original, if the message was replayed and its original is there. */
    Optional<BlobName> originalOf(Message message) {
        Optional<Matcher> place = message.attributes()
                .text(ReplayAttributes.REPLAYED_FROM)
                .map(PLACE::matcher)
                .filter(Matcher::matches);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        try {
            BlobName blob = BlobName.of(place.get().group(1));
            return isOriginal(message, blob, Integer.parseInt(place.get().group(2)))
                    ? Optional.of(blob)
                    : Optional.empty();
        } catch (IllegalArgumentException | BlobStoreException | FormatException e) {
            outages.failed(
                    Level.WARN,
                    "Reading the originals of replayed messages",
                    OutageLog.kindOf(e),
                    () -> "A replayed message of " + message.source()
                            + " is archived again because its original cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private boolean isOriginal(Message message, BlobName blob, int index) {
        try (OpenBlob open = archive.open(blob);
                MessageReader reader = formats.read(open, archive)) {
            for (int i = 0; i < index && reader.hasNext(); i++) {
                reader.next();
            }
            return reader.hasNext() && ReplayAttributes.isReplayOf(reader.next(), message);
        }
    }
}
