package dev.persistor.core.format.foreign;

import dev.persistor.core.format.InvalidRecordException;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads a payload a line. Not thread-safe. */
final class LinesReader extends StoredReader {

    private static final int BUFFER = 64 * 1024;

    private final String source;
    private final Instant time;
    private final InputStream content;
    private final long longest;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long bytesBefore;
    private long line;
    private long lineStart;

    LinesReader(InputStream in, BlobInfo blob, ReadContext context, String source, Instant time) {
        super(in, blob, context);
        this.longest = context.limits().of(ReadLimit.PAYLOAD);
        this.content = decompressed();
        this.source = source;
        this.time = time;
    }

    @Override
    @Nullable
    Message advance(long index) throws IOException {
        lineStart = bytesBefore + position;
        line = index + 1;
        byte[] payload = nextLine();
        return payload == null
                ? null
                : Message.builder()
                        .id(blob() + "#" + index)
                        .source(source)
                        .publishTime(time)
                        .payload(payload)
                        .build();
    }

    private byte @Nullable [] nextLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long length = 0;
        while (hasMore()) {
            int end = endOfLine();
            length += end - position;
            if (length > longest) {
                bytes = new ByteArrayOutputStream();
            } else {
                bytes.write(buffer, position, end - position);
            }
            boolean hasEnded = end < limit;
            position = hasEnded ? end + 1 : limit;
            if (hasEnded) {
                return shortEnough(bytes, length);
            }
            if (length > ReadContext.LARGE) {
                context().beforeLarge();
            }
        }
        return lastLine(bytes, length);
    }

    private byte[] shortEnough(ByteArrayOutputStream bytes, long length) throws IOException {
        if (length > longest) {
            throw new InvalidRecordException(
                    "a line of "
                            + context().limits().exceeded(ReadLimit.PAYLOAD).getMessage(),
                    null);
        }
        return bytes.toByteArray();
    }

    private byte @Nullable [] lastLine(ByteArrayOutputStream bytes, long length) throws IOException {
        if (length == 0) {
            return null;
        }
        if (isDamaged()) {
            throw new IOException("the blob ends in the middle of the line");
        }
        return shortEnough(bytes, length);
    }

    private int endOfLine() {
        int end = position;
        while (end < limit && buffer[end] != '\n') {
            end++;
        }
        return end;
    }

    private boolean hasMore() throws IOException {
        if (position == limit) {
            bytesBefore += limit;
            position = 0;
            limit = 0;
            limit = Math.max(0, content.read(buffer, 0, BUFFER));
        }
        return limit > 0;
    }

    @Override
    public void close() {
        super.close();
        close(content);
    }

    @Override
    String place() {
        return "line " + line + ", at byte " + lineStart;
    }
}
