package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.message.PositionRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import java.util.Set;

/**
 * Tells by the metadata of batches which of them cannot hold a message of some ids, so that they need not be opened. Where the
 * metadata proves nothing, the batch may hold one.
 */
final class IdsOfBlob {

    private IdsOfBlob() {}

    /** Tells whether a batch may hold a message of one of the ids, or one that had such an id before a replay. */
    static boolean mayBeIn(BlobInfo blob, Set<String> ids) {
        return Manifest.offsets(blob.metadata())
                .map(positions -> mayBeAt(positions, blob.metadata(), ids))
                .orElse(true);
    }

    /** Brokers with offsets make ids of them, with the partition or without. Other programs' ids may be anything. */
    private static boolean mayBeAt(PositionRange positions, BlobMetadata metadata, Set<String> ids) {
        String partition = positions.partition() + "-";
        boolean isInRange = ids.stream()
                .anyMatch(id -> isIn(positions, id)
                        || (id.startsWith(partition) && isIn(positions, id.substring(partition.length()))));
        return isInRange
                || !(Manifest.areIds(metadata, positions, offset -> partition + offset)
                        || Manifest.areIds(metadata, positions, Long::toString));
    }

    private static boolean isIn(PositionRange positions, String offset) {
        try {
            long number = Long.parseLong(offset);
            return number >= positions.first() && number <= positions.last();
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
