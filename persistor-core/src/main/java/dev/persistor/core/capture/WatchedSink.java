package dev.persistor.core.capture;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.PutResult;
import java.util.List;

/**
 * A sink of which each success is told.
 *
 * @param sink the sink
 * @param succeeded told by the thread that wrote
 */
record WatchedSink(BlobSink sink, Runnable succeeded) implements BlobSink {

    @Override
    public PutResult put(Blob blob) {
        PutResult result = sink.put(blob);
        succeeded.run();
        return result;
    }

    @Override
    public PutResult putAll(List<Blob> blobs) {
        PutResult result = sink.putAll(blobs);
        succeeded.run();
        return result;
    }

    @Override
    public int writeConcurrency() {
        return sink.writeConcurrency();
    }

    @Override
    public BlobLimits limits() {
        return sink.limits();
    }
}
