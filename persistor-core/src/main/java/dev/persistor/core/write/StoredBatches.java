package dev.persistor.core.write;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs that logs which are read again are compared with. Those that were used last are remembered, of all partitions and
 * folders together, and no more messages than a bound: each takes some 32 bytes.
 *
 * <p>Thread-safe.
 */
final class StoredBatches {

    private static final Logger LOG = LoggerFactory.getLogger(StoredBatches.class);

    private final int maxMessages;
    private final Map<BlobName, StoredBatch> remembered = new LinkedHashMap<>(16, 0.75f, true);
    private long messages;

    /** Remembers so many messages at most, and one blob however many messages it has. */
    StoredBatches(int maxMessages) {
        this.maxMessages = maxMessages;
    }

    /** Returns what a blob holds; of a damaged one, what is whole in it. */
    StoredBatch of(BlobName name, BlobSource store, MessageFormats formats) {
        StoredBatch known;
        synchronized (this) {
            known = remembered.get(name);
        }
        return known == null ? remember(name, read(name, store, formats)) : known;
    }

    private synchronized StoredBatch remember(BlobName name, StoredBatch read) {
        if (remembered.put(name, read) == null) {
            messages += read.size();
        }
        Iterator<StoredBatch> eldest = remembered.values().iterator();
        while (messages > maxMessages && remembered.size() > 1) {
            messages -= eldest.next().size();
            eldest.remove();
        }
        return read;
    }

    /** Returns how many messages are remembered. */
    synchronized long messages() {
        return messages;
    }

    private static StoredBatch read(BlobName name, BlobSource store, MessageFormats formats) {
        StoredBatch.Builder batch = new StoredBatch.Builder();
        try (OpenBlob open = store.open(name);
                MessageReader reader = formats.read(open, store)) {
            while (reader.hasNext()) {
                batch.add(reader.next());
            }
        } catch (FormatException e) {
            LOG.error("A damaged blob cannot be read; its messages are stored again: {}", e.getMessage());
        }
        return batch.build();
    }
}
