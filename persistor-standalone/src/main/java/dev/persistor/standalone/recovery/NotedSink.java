package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.FailureNote;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.PutResult;
import org.jspecify.annotations.Nullable;

/** Adds a note to the metadata of each blob, for which it keeps room. Used by one thread. */
final class NotedSink implements BlobSink {

    private static final int ROOM = 1_024;
    private static final String MORE = "...";

    private final BlobSink sink;
    private @Nullable FailureNote note;

    NotedSink(BlobSink sink) {
        this.sink = sink;
    }

    /** Sets the note of what follows. */
    void note(FailureNote next) {
        note = next;
    }

    @Override
    public PutResult put(Blob blob) {
        return sink.put(
                note == null || RawFormat.isSidecar(BlobInfo.of(blob))
                        ? blob
                        : blob.withMetadata(fitting(note).addedTo(blob.metadata())));
    }

    /** A reason may hold an answer of the target, and have any length. */
    private static FailureNote fitting(FailureNote whole) {
        FailureNote fitting = whole;
        while (!fitting.addedTo(BlobMetadata.empty()).fitsIn(ROOM)
                && !fitting.reason().equals(MORE)) {
            fitting = new FailureNote(fitting.target(), half(fitting.reason()));
        }
        return fitting;
    }

    private static String half(String reason) {
        int end = reason.length() / 2 - MORE.length();
        return (end > 0 ? reason.substring(0, end) : "") + MORE;
    }

    @Override
    public int writeConcurrency() {
        return sink.writeConcurrency();
    }

    @Override
    public BlobLimits limits() {
        BlobLimits limits = sink.limits();
        int metadata = Math.max(limits.maxMetadataBytes() / 2, limits.maxMetadataBytes() - ROOM);
        return new BlobLimits(limits.maxNameBytes(), limits.maxSegmentBytes(), metadata);
    }
}
