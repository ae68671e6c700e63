package dev.persistor.core.archive;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.message.MessageSize;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one blob on a thread of its own, ahead of the consumer of its messages by a few chunks at most. It is fetched at once, and
 * messages are made of it when it is its turn.
 */
final class BlobReading implements Runnable {

    private static final int CHUNKS_AHEAD = 8;
    private static final long CHUNK_BYTES = 256 << 10;
    private static final int STEPS = 2;
    /** The interval at which a waiting thread checks whether reading has ended. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /**
     * Some of the blob's messages.
     *
     * @param room how much of the room it takes until the next chunk is taken
     * @param last whether no more come
     * @param finding what is wrong with the blob, if it is the last chunk
     */
    record Chunk(
            List<ArchivedMessage> messages,
            int room,
            boolean last,
            @Nullable Finding finding) {}

    private final BlobInfo blob;
    private final BlobSource source;
    private final MessageFormats formats;
    private final MessageFilter filter;
    private final HeldContent.Arrays arrays;
    private final ReadOptions options;
    private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
    /** Made before it is needed: when an {@link Error} ends the reading, there may be no memory for another object. */
    private final Chunk afterError = new Chunk(List.of(), 0, true, null);

    private volatile @Nullable Error error;
    private volatile boolean ended;
    /** Counts the two conditions for decoding: the blob is fetched, and its turn has come. */
    private final AtomicInteger steps = new AtomicInteger();

    private final Runnable fetched;
    private volatile @Nullable Supplier<OpenBlob> content;
    private final CountDownLatch first = new CountDownLatch(1);
    /** The capacity for decoded messages; a chunk with a large message takes all of it, so that no two of them wait. */
    private final Semaphore room = new Semaphore(CHUNKS_AHEAD);

    private List<ArchivedMessage> chunk = new ArrayList<>();
    private long chunkBytes;
    private int taken;

    /**
     * Reads a blob.
     *
     * @param arrays where it is held
     * @param fetched told when no request for the blob is under way any more, except for one that is read twice
     */
    BlobReading(
            BlobInfo blob,
            BlobSource source,
            MessageFormats formats,
            MessageFilter filter,
            HeldContent.Arrays arrays,
            ReadOptions options,
            Runnable fetched) {
        this.fetched = fetched;
        this.options = options;
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

    /**
     * Lets messages be made of the blob; before that it is only fetched. Called once.
     *
     * @param threads where they are made if the blob is fetched already
     */
    void makeMessages(Executor threads) {
        if (steps.incrementAndGet() == STEPS) {
            threads.execute(this::makeAll);
        }
    }

    /** Lets large messages be made of the blob: it is the one whose chunks are taken. Others wait, so that one is made at a time. */
    void makeLargeMessages() {
        first.countDown();
    }

    /**
     * Waits for the next chunk, for which {@link #makeMessages} has to be called before.
     *
     * @throws Error what ended the thread that reads, if an {@link Error} did
     */
    Chunk take() throws InterruptedException {
        room.release(taken);
        taken = 0;
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
        taken = next.room();
        return next;
    }

    /** Fetches the blob, and makes messages of it if its turn has come. */
    @Override
    public void run() {
        boolean isTurn = false;
        try {
            content = fetch();
            isTurn = steps.incrementAndGet() == STEPS;
        } catch (Error e) {
            end(e);
        } finally {
            fetched.run();
        }
        if (isTurn) {
            makeAll();
        }
    }

    /** A failure waits for the blob's turn, as a content does. */
    private Supplier<OpenBlob> fetch() {
        try {
            return ChecksummedBlob.read(source, blob, arrays);
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        }
    }

    /** Never ends without telling the thread that takes chunks: that one would wait for ever. */
    private void makeAll() {
        try {
            @Nullable Finding finding = readAll();
            put(true, finding);
        } catch (InterruptedException e) {
            // The reader was closed: the chunks are not needed any more.
            Thread.currentThread().interrupt();
        } catch (Error e) {
            end(e);
        } finally {
            ended = true;
        }
    }

    /** Nothing of the blob is known then, and nothing of the process: memory has run out, or a class is missing. */
    private void end(Error cause) {
        error = cause;
        chunks.clear();
        boolean unused = chunks.offer(afterError);
        ended = true;
    }

    private @Nullable Finding readAll() throws InterruptedException {
        try {
            readMessages();
            return null;
        } catch (CancellationException e) {
            throw new InterruptedException(e.getMessage());
        } catch (RuntimeException e) {
            // Whatever it is: it must not pass for the end of the blob, nor leave the reader waiting.
            return Finding.of(blob, e);
        }
    }

    private void readMessages() throws InterruptedException {
        try (OpenBlob open = Objects.requireNonNull(content, "content").get();
                MessageReader reader = formats.read(open, source, new Context())) {
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
            put(false, null);
        }
    }

    private void put(boolean last, @Nullable Finding finding) throws InterruptedException {
        int size = (int) Math.min(CHUNKS_AHEAD, 1 + chunkBytes / (2 * CHUNK_BYTES));
        room.acquire(size);
        chunks.put(new Chunk(chunk, size, last, finding));
        chunk = new ArrayList<>();
        chunkBytes = 0;
    }

    /** The limits for the format. Its thread is this reading's, which is interrupted when the reader is closed. */
    private final class Context implements ReadContext {

        @Override
        public ReadLimits limits() {
            return options.limits();
        }

        @Override
        public boolean needsPayloads() {
            return options.needsPayloads();
        }

        @Override
        public void beforeLarge() {
            try {
                if (!chunk.isEmpty()) {
                    put(false, null);
                }
                first.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("the reading was interrupted");
            }
        }

        @Override
        public void progress(int bytes) {
            options.progress().accept(bytes);
        }
    }
}
