package dev.persistor.core.format.jsonl;

import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, one at a time: as an input stream it ends where the line does, so that whatever a line holds,
 * the next one is read from its beginning. A stream that is damaged ends there, and {@link #failure} says why; where the
 * store fails, so does every reading from then on.
 *
 * <p>Not thread-safe.
 */
final class LineInput extends BulkInputStream {

    /** Opens the content when it is first read, so that a content that cannot be opened fails as any other does. */
    interface Content {
        InputStream open() throws IOException;
    }

    private static final int BUFFER = 64 * 1024;
    /** The maximum length of a line that is buffered as a whole. */
    private static final int MOST_AT_HAND = ReadContext.LARGE;

    private final Content content;
    private final ReadContext context;
    private final long longest;
    private byte[] buffer = new byte[BUFFER];
    private @Nullable InputStream in;
    private @Nullable Exception failure;
    private @Nullable BlobStoreException storeFailure;
    private int position;
    private int limit;
    private boolean lineEnded = true;
    private long line;
    private long lineStart;
    private long bytesBefore;

    LineInput(Content content, ReadContext context) {
        this.content = content;
        this.context = context;
        this.longest = context.limits().of(ReadLimit.LINE);
    }

    /** Goes to the beginning of the next line, past what is left of this one, and tells whether there is one. */
    boolean nextLine() {
        while (!lineEnded && hasMore()) {
            position = endOfLine(limit);
        }
        line++;
        lineStart = bytesBefore + position;
        lineEnded = false;
        return hasMore();
    }

    /**
     * Reads the line in one go, if all of it is at hand and it is blank or as Persistor writes it.
     *
     * @return its message, or null if it is blank, which {@link #isRead} tells, or not read
     */
    @Nullable
    Message scan(EnvelopeScanner scanner) {
        int newline = newlineAtHand();
        if (newline < 0) {
            return null;
        }
        // Nothing is made for a blank line: there may be billions.
        Message message = newline == position ? null : scanner.read(buffer, position, newline);
        if (message != null || areBlank(buffer, position, newline)) {
            position = newline + 1;
            lineEnded = true;
        }
        return message;
    }

    /** Tells whether all of the line is read. */
    boolean isRead() {
        return lineEnded;
    }

    /** Returns the position of the line's newline if the unread rest of the line fits into the buffer, else -1. */
    private int newlineAtHand() {
        int scanned = 0;
        while (hasMore()) {
            int newline = ByteScan.indexOfNewline(buffer, position + scanned, limit);
            if (newline < limit) {
                return newline;
            }
            scanned = limit - position;
            if (scanned == MOST_AT_HAND || !fillBehind()) {
                return -1;
            }
        }
        return -1;
    }

    /** Goes to the end of the line, and tells whether there were only blanks on the way. */
    boolean restIsBlank() {
        boolean blank = true;
        while (!lineEnded && hasMore()) {
            int from = position;
            position = endOfLine(limit);
            blank &= areBlank(buffer, from, position);
        }
        return blank;
    }

    static boolean areBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != ' ' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Returns the number of the line, counted from 1; after the last, one more than there are. */
    long line() {
        return line;
    }

    /** Returns how many bytes are before the line. */
    long lineStart() {
        return lineStart;
    }

    /** Returns what ended the stream, if that was not its end. */
    @Nullable
    Exception failure() {
        return failure;
    }

    /**
     * Reads on in the line.
     *
     * @throws IOException if it is longer than a line may be
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (lineEnded || !hasMore()) {
            return -1;
        }
        long before = bytesBefore + position - lineStart;
        if (before > longest) {
            throw context.limits().exceeded(ReadLimit.LINE);
        }
        if (before > ReadContext.LARGE) {
            context.beforeLarge();
        }
        int from = position;
        position = endOfLine(Math.min(limit, from + length));
        System.arraycopy(buffer, from, bytes, offset, position - from);
        return position - from;
    }

    /** Returns where the line ends, its end included, or the given end if it goes on there. */
    private int endOfLine(int end) {
        int newline = ByteScan.indexOfNewline(buffer, position, end);
        lineEnded = newline < end;
        return lineEnded ? newline + 1 : end;
    }

    private boolean hasMore() {
        return position < limit || fill();
    }

    private boolean fill() {
        bytesBefore += limit;
        position = 0;
        limit = 0;
        return readMore();
    }

    /** Reads more behind what is not read yet, for which it makes room. */
    private boolean fillBehind() {
        int kept = limit - position;
        byte[] roomy = kept < buffer.length ? buffer : new byte[2 * buffer.length];
        System.arraycopy(buffer, position, roomy, 0, kept);
        buffer = roomy;
        bytesBefore += position;
        position = 0;
        limit = kept;
        return readMore();
    }

    private boolean readMore() {
        if (storeFailure != null) {
            throw storeFailure;
        }
        if (failure != null) {
            return false;
        }
        int before = limit;
        try {
            if (in == null) {
                in = content.open();
            }
            limit += Math.max(0, in.read(buffer, limit, buffer.length - limit));
        } catch (IOException | BlobDamagedException e) {
            failure = e;
        } catch (BlobStoreException e) {
            storeFailure = e;
            throw e;
        }
        return limit > before;
    }

    /** Releases what the content holds. */
    @Override
    public void close() throws IOException {
        if (in != null) {
            in.close();
        }
    }
}
