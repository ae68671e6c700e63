package dev.persistor.core.format;

import dev.persistor.core.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/**
 * A content that is decompressed while it is read. It ends with an error where it is too much for the bytes that it was made of,
 * tells how much was read, and ends when its thread is interrupted, so that a content of billions of bytes that hold no message
 * ends nothing else.
 *
 * <p>Not thread-safe.
 */
public final class GuardedContent extends BulkInputStream {

    /** The bytes exempt from the ratio: small contents of equal bytes are not an attack. */
    private static final long FREE = 64L << 20;

    private final InputStream content;
    private final LongSupplier stored;
    private final ReadContext context;
    private final long most;
    private long count;

    private GuardedContent(InputStream content, LongSupplier stored, ReadContext context, long most) {
        this.content = content;
        this.stored = stored;
        this.context = context;
        this.most = most;
    }

    /**
     * Guards a whole content.
     *
     * @param content decompresses
     * @param stored returns how many compressed bytes it has taken
     */
    static GuardedContent of(InputStream content, LongSupplier stored, ReadContext context) {
        return new GuardedContent(content, stored, context, Long.MAX_VALUE);
    }

    /**
     * Guards the content of a block, which has a {@linkplain ReadLimit#BLOCK limit} of its own; see {@link #of}. Progress is told
     * where the file is read.
     */
    public static GuardedContent ofBlock(InputStream content, LongSupplier stored, ReadLimits limits) {
        return new GuardedContent(content, stored, ReadContext.of(limits), limits.of(ReadLimit.BLOCK));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the reading was interrupted");
        }
        int read = content.read(bytes, offset, length);
        if (read > 0) {
            count += read;
            context.progress(read);
            if (count > most) {
                throw context.limits().exceeded(ReadLimit.BLOCK);
            }
            if (count > FREE && count / context.limits().of(ReadLimit.RATIO) > stored.getAsLong()) {
                throw context.limits().exceeded(ReadLimit.RATIO);
            }
        }
        return read;
    }

    @Override
    public int available() throws IOException {
        return content.available();
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
