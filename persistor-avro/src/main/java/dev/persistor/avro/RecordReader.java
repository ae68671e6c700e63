package dev.persistor.avro;

import dev.persistor.core.message.Message;
import java.io.IOException;

/** Makes messages out of the records of one file. Not thread-safe. */
interface RecordReader {

    /**
     * Reads the next record.
     *
     * @param index how many came before it in the file
     * @throws IOException if the record is torn or damaged
     * @throws IllegalArgumentException if what it holds cannot be in a message
     * @throws java.time.DateTimeException if a time in it is none
     */
    Message read(BinaryInput in, long index) throws IOException;
}
