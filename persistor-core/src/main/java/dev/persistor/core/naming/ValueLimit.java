package dev.persistor.core.naming;

import dev.persistor.core.store.BlobLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The maximum length of a template's values, so that no name exceeds a store's limits: each value whose length the sender decides
 * gets the same, by the segment with the least room and by the whole name.
 *
 * <p>Immutable.
 */
final class ValueLimit {

    /** Room for an extension, the same for all, so that a message's folder does not depend on the format. */
    private static final int EXTENSION_ROOM = 16;

    /** Room for a trusted value: the longest is a digest with a time before it. */
    static final int TRUSTED_ROOM = 64;

    /**
     * What a piece of the name is made of.
     *
     * @param fixed how many bytes are spoken for
     * @param shares how many values share the rest
     */
    private record Room(int fixed, int shares) {

        private static final Room EMPTY = new Room(0, 0);

        Room with(Part part) {
            if (part instanceof Part.Literal literal) {
                return withText(literal.text().length());
            }
            if (part instanceof Part.Extension) {
                return withText(EXTENSION_ROOM);
            }
            if (part instanceof UtcPart || (part instanceof Part.Field field && field.trusted())) {
                return withText(TRUSTED_ROOM);
            }
            return new Room(fixed, shares + 1);
        }

        Room withText(int length) {
            return new Room(fixed + length, shares);
        }

        int each(int room) {
            return shares == 0 ? Integer.MAX_VALUE : (room - fixed) / shares;
        }
    }

    private final Room[] folders;
    private final Room file;
    private final Room whole;

    private ValueLimit(List<Room> folders, Room file, Room whole) {
        this.folders = folders.toArray(new Room[0]);
        this.file = file;
        this.whole = whole;
    }

    static ValueLimit of(List<Part> parts) {
        List<Room> folders = new ArrayList<>();
        Room segment = Room.EMPTY;
        Room whole = Room.EMPTY;
        for (Part part : parts) {
            whole = whole.with(part);
            if (part instanceof Part.Literal literal && literal.text().contains("/")) {
                String text = literal.text();
                Room folder = segment.withText(text.indexOf('/'));
                // Where nothing is shared, nothing is to be shared out.
                if (folder.shares > 0) {
                    folders.add(folder);
                }
                segment = Room.EMPTY.withText(text.length() - text.lastIndexOf('/') - 1);
            } else {
                segment = segment.with(part);
            }
        }
        return new ValueLimit(folders, segment, whole);
    }

    /** Returns the most characters of a value in a store with these limits. */
    int under(BlobLimits limits) {
        int least = whole.each(limits.maxNameBytes() - NamingPolicy.RESERVED_SUFFIX_BYTES);
        least = Math.min(least, file.each(limits.maxSegmentBytes() - NamingPolicy.RESERVED_SUFFIX_BYTES));
        for (Room folder : folders) {
            least = Math.min(least, folder.each(limits.maxSegmentBytes()));
        }
        return Math.max(PathValues.SHORTEST_LIMIT, least);
    }
}
