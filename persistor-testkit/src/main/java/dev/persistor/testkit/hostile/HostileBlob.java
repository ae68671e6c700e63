package dev.persistor.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file that was made to take all memory of its reader, all of its time, or its next blobs with it.
 *
 * <p>Immutable.
 *
 * @param name its name in the archive
 * @param layout the layout in which it is read; empty for none
 * @param attack what it is, for people
 * @param outcome what reading it must give
 * @param messages how many whole messages it has
 * @param content writes the file
 */
public record HostileBlob(String name, String layout, String attack, Outcome outcome, long messages, Content content) {

    /** What reading a file must give. */
    public enum Outcome {
        /** All of it is read. */
        WHOLE,
        /** It is damaged; what is whole in it is read. */
        DAMAGED,
        /** It holds no messages. */
        FOREIGN
    }

    /** Writes a file, so that none is held in memory. */
    @FunctionalInterface
    public interface Content {
        /** Writes the file to a stream, which is its owner's to close. */
        void writeTo(OutputStream out) throws IOException;
    }
}
