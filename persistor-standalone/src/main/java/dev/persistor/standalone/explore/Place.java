package dev.persistor.standalone.explore;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.store.BlobName;

/**
 * Where a message is, or how far a scan got.
 *
 * <p>Immutable.
 *
 * @param blob the name of the blob
 * @param index the message's place in the blob, from 0; -1 for the place before its first message
 */
record Place(String blob, int index) {

    static Place of(ArchivedMessage message) {
        return new Place(message.blob().value(), message.index());
    }

    /** Returns the place behind all messages of a blob. */
    static Place behind(BlobName blob) {
        return new Place(blob.value(), Integer.MAX_VALUE);
    }

    /**
     * Reads {@code BLOB#INDEX}.
     *
     * @param parameter the name of the parameter, for the error
     * @throws BadRequestException if it is anything else
     */
    static Place parse(String parameter, String text) {
        int hash = text.lastIndexOf('#');
        try {
            if (hash > 0) {
                return new Place(text.substring(0, hash), Integer.parseInt(text.substring(hash + 1)));
            }
        } catch (NumberFormatException e) {
            // Refused below, as a text without a number is.
        }
        throw BadRequestException.of(parameter, text, "BLOB#INDEX, as in orders/2026/01/31/07/batch.jsonl#12");
    }

    /** Tells whether a message comes behind this place, in the order of a scan. */
    boolean isBefore(ArchivedMessage message) {
        int order = BlobName.ORDER.compare(blob, message.blob().value());
        return order < 0 || (order == 0 && index < message.index());
    }

    @Override
    public String toString() {
        return blob + "#" + index;
    }
}
