package dev.persistor.core.archive;

import dev.persistor.core.format.ReadLimits;
import java.util.function.IntConsumer;

/**
 * How blobs are read.
 *
 * <p>Immutable.
 *
 * @param limits the limits for what blobs hold
 * @param needsPayloads whether messages get their payloads
 * @param progress told how many bytes of the content were read, decompressed
 */
record ReadOptions(ReadLimits limits, boolean needsPayloads, IntConsumer progress) {

    /** The defaults: all of the messages within the default limits, and no progress. */
    static final ReadOptions DEFAULT = new ReadOptions(ReadLimits.DEFAULT, true, bytes -> {});

    ReadOptions limits(ReadLimits other) {
        return new ReadOptions(other, needsPayloads, progress);
    }

    ReadOptions withoutPayloads() {
        return new ReadOptions(limits, false, progress);
    }

    ReadOptions progress(IntConsumer other) {
        return new ReadOptions(limits, needsPayloads, other);
    }
}
