package dev.persistor.core.format.foreign;

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

    /** Pub/Sub takes 10 MB. What has no line feed for so long is no export, and is not to fill the memory. */
    private static final int LONGEST = 64 * 1024 * 1024;

    private final String source;
    private final Instant time;
    private final InputStream content;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long bytesBefore;
    private long line;
    private long lineStart;

    LinesReader(InputStream in, BlobInfo blob) {
        super(in, blob);
        this.content = decompressed();
        this.source = ExportNames.source(blob.name());
        this.time = ExportNames.time(blob.name());
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
        while (hasMore()) {
            int end = endOfLine();
            bytes.write(buffer, position, end - position);
            position = Math.min(end + 1, limit);
            if (end < limit) {
                return bytes.toByteArray();
            }
            if (bytes.size() > LONGEST) {
                throw new IOException("a line of more than " + LONGEST + " bytes");
            }
        }
        return lastLine(bytes);
    }

    private byte @Nullable [] lastLine(ByteArrayOutputStream bytes) throws IOException {
        if (bytes.size() == 0) {
            return null;
        }
        if (isDamaged()) {
            throw new IOException("the blob ends within the line");
        }
        return bytes.toByteArray();
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
