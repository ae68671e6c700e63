package dev.persistor.core.replay;

import java.io.IOException;
import java.io.InputStream;

/** The storage of a checkpoint's lines. Each line ends with a line feed. Not thread-safe. */
interface CheckpointLines extends AutoCloseable {

    /** Returns the name of the place, for people. */
    String name();

    /** Opens the lines of earlier runs, once. */
    InputStream read() throws IOException;

    /** Begins with a first line, where no earlier run left a whole one. */
    void begin(String firstLine) throws IOException;

    /**
     * Goes on behind the lines of earlier runs.
     *
     * @param length how many bytes their whole lines have
     */
    void resume(long length) throws IOException;

    /** Adds lines. */
    void append(String lines) throws IOException;

    /**
     * Tells whether lines outlive the process only once they are {@linkplain #flush() flushed}, so that they are to be collected: each
     * flush takes as long as a request to a store.
     */
    boolean isCollecting();

    /** Makes the lines outlive the process. */
    void flush() throws IOException;

    /** Makes the lines outlive the machine. */
    void force() throws IOException;

    /** Makes all lines outlive the machine, and lets go of the place. Where no lines were added to a place that was begun, nothing is left. */
    @Override
    void close() throws IOException;
}
