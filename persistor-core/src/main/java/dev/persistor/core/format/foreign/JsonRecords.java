package dev.persistor.core.format.foreign;

import dev.persistor.core.format.InvalidRecordException;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds JSON objects that follow one another, whatever is blank between them, or nothing. Where an object ends its braces tell,
 * so that one that is no record costs only itself.
 *
 * <p>Not thread-safe.
 */
final class JsonRecords {

    private static final int BUFFER = 64 * 1024;
    private static final int END = -1;
    private static final String TORN = "not a complete JSON record";

    /** The byte order mark of UTF-8. */
    private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};

    private final InputStream in;
    private final ReadContext context;
    private final long longest;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long bytesBefore;
    private long start;
    private ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long length;

    JsonRecords(InputStream in, ReadContext context) {
        this.in = in;
        this.context = context;
        this.longest = context.limits().of(ReadLimit.LINE);
    }

    /** Returns where the last object begins, in bytes. */
    long start() {
        return start;
    }

    /**
     * Returns the next object as it stands, or null after the last.
     *
     * @throws InvalidRecordException if what comes next is no whole object, or too long
     */
    byte @Nullable [] next() throws IOException {
        int first = skipBlanks();
        start = at() - (first == END ? 0 : 1);
        if (first == END) {
            return null;
        }
        if (first != '{') {
            skipLine();
            throw new InvalidRecordException("not a UTF-8 record", null);
        }
        bytes = new ByteArrayOutputStream();
        length = 0;
        keep(first);
        readObject();
        if (length > longest) {
            throw new InvalidRecordException(
                    String.valueOf(context.limits().exceeded(ReadLimit.LINE).getMessage()), null);
        }
        return bytes.toByteArray();
    }

    private void readObject() throws IOException {
        int depth = 1;
        boolean inText = false;
        boolean escaped = false;
        while (depth > 0) {
            int value = read();
            // In a text a line feed is escaped. Where one is not, the record was torn, and the next line may begin
            // another.
            if (value == END || (inText && value == '\n')) {
                throw new InvalidRecordException(TORN, null);
            }
            keep(value);
            if (inText) {
                inText = escaped || value != '"';
                escaped = !escaped && value == '\\';
            } else {
                inText = value == '"';
                depth += value == '{' || value == '[' ? 1 : value == '}' || value == ']' ? -1 : 0;
            }
        }
    }

    private void keep(int value) {
        length++;
        if (length <= longest) {
            bytes.write(value);
        } else if (bytes.size() > 0) {
            bytes = new ByteArrayOutputStream();
        }
        if (length == ReadContext.LARGE) {
            context.beforeLarge();
        }
    }

    private int skipBlanks() throws IOException {
        int value = read();
        for (int i = 0; i < BYTE_ORDER_MARK.length && at() == i + 1 && value == BYTE_ORDER_MARK[i]; i++) {
            value = read();
        }
        while (value == ' ' || value == '\n' || value == '\r' || value == '\t') {
            value = read();
        }
        return value;
    }

    private void skipLine() throws IOException {
        int value = read();
        while (value != END && value != '\n') {
            value = read();
        }
    }

    private long at() {
        return bytesBefore + position;
    }

    private int read() throws IOException {
        if (position == limit) {
            bytesBefore += limit;
            position = 0;
            limit = 0;
            limit = Math.max(0, in.read(buffer, 0, BUFFER));
        }
        return limit == 0 ? END : buffer[position++] & 0xFF;
    }
}
