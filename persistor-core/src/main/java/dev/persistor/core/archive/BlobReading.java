package dev.persistor.core.archive;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.MessageSize;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one blob on a thread of its own, ahead of whoever takes its messages, by a few chunks at most. It is fetched at once, and
 * messages are made of it when it is its turn.
 */
final class BlobReading implements Runnable {

    private static final int CHUNKS_AHEAD = 8;
    private static final long CHUNK_BYTES = 256 << 10;
    /** How often a thread that waits looks whether the reading has ended. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /**
     * Some of the blob's messages.
     *
     * @param last whether no more come
     * @param finding what is wrong with the blob, if it is the last chunk
     */
    record Chunk(
            List<ArchivedMessage> messages,
            boolean last,
            @Nullable Finding finding) {}

    private final BlobInfo blob;
    private final BlobSource source;
    private final MessageFormats formats;
    private final MessageFilter filter;
    private final HeldContent.Arrays arrays;
    private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
    /** Made before it is needed: when an {@link Error} ends the reading, there may be no memory for another object. */
    private final Chunk afterError = new Chunk(List.of(), true, null);

    private volatile @Nullable Error error;
    private volatile boolean ended;
    private final CountDownLatch turn = new CountDownLatch(1);
    private List<ArchivedMessage> chunk = new ArrayList<>();
    private long chunkBytes;

    BlobReading(
            BlobInfo blob, BlobSource source, MessageFormats formats, MessageFilter filter, HeldContent.Arrays arrays) {
        this.blob = blob;
        this.source = source;
        this.formats = formats;
        this.filter = filter;
        this.arrays = arrays;
    }

    /** Returns how much of the blob is held before its messages are made. */
    long heldBytes() {
        return Math.min(blob.size(), ChecksummedBlob.HELD_BYTES);
    }

    /** Lets messages be made of the blob; before that it is only fetched. */
    void makeMessages() {
        turn.countDown();
    }

    /**
     * Waits for the next chunk, for which {@link #makeMessages} has to be called before.
     *
     * @throws Error what ended the thread that reads, if an {@link Error} did
     */
    Chunk take() throws InterruptedException {
        Chunk next = null;
        while (next == null) {
            boolean isLast = ended;
            next = chunks.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            if (next == null && isLast) {
                next = afterError;
            }
        }
        Error cause = error;
        if (cause != null) {
            throw cause;
        }
        return next;
    }

    /** Never ends without telling the thread that takes chunks: that one would wait for ever. */
    @Override
    public void run() {
        try {
            @Nullable Finding finding = readAll();
            chunks.put(new Chunk(chunk, true, finding));
        } catch (InterruptedException e) {
            // The reader was closed: nobody takes the chunks any more.
            Thread.currentThread().interrupt();
        } catch (Error e) {
            // Nothing of the blob is known then, and nothing of the process: memory has run out, or a class is missing.
            error = e;
            chunks.clear();
            boolean unused = chunks.offer(afterError);
        } finally {
            ended = true;
        }
    }

    private @Nullable Finding readAll() throws InterruptedException {
        try {
            readMessages();
            return null;
        } catch (RuntimeException e) {
            // Whatever it is: it must not pass for the end of the blob, nor leave the reader waiting.
            return Finding.of(blob.name(), e);
        }
    }

    private void readMessages() throws InterruptedException {
        Supplier<OpenBlob> unaltered = ChecksummedBlob.read(source, blob, arrays);
        turn.await();
        try (OpenBlob open = unaltered.get();
                MessageReader reader = formats.read(open, source)) {
            Optional<FailureNote> failure = FailureNote.of(blob.metadata());
            for (int index = 0; reader.hasNext(); index++) {
                add(new ArchivedMessage(reader.next(), blob.name(), index, failure));
            }
        }
    }

    private void add(ArchivedMessage message) throws InterruptedException {
        if (!filter.accepts(message.message())) {
            return;
        }
        chunk.add(message);
        chunkBytes += MessageSize.of(message.message());
        if (chunkBytes >= CHUNK_BYTES) {
            chunks.put(new Chunk(chunk, false, null));
            chunk = new ArrayList<>();
            chunkBytes = 0;
        }
    }
}
