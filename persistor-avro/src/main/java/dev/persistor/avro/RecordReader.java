package dev.persistor.avro;

import dev.persistor.core.format.InvalidRecordException;
import dev.persistor.core.format.ReadLimitException;
import dev.persistor.core.message.Message;
import java.io.IOException;
import java.time.DateTimeException;

/** Makes messages out of the records of one file. Not thread-safe. */
interface RecordReader {

    /**
     * Reads the next record.
     *
     * @param index how many came before it in the file
     * @throws InvalidRecordException if the record is whole, and what it holds cannot be a message
     * @throws IOException if the record is torn or damaged, so that nothing tells where the next one begins
     */
    Message read(BinaryInput in, long index) throws IOException;

    /** Makes a message of what a record holds. */
    interface Making {
        Message make() throws IOException;
    }

    /**
     * Makes a message of a record that has been read to its end.
     *
     * @throws InvalidRecordException if what the record holds cannot be a message, or is beyond a limit
     */
    static Message of(BinaryInput in, Making making) throws IOException {
        if (in.excess() != null) {
            throw new InvalidRecordException(String.valueOf(in.excess().getMessage()), in.excess());
        }
        try {
            return making.make();
        } catch (DamagedException | ReadLimitException e) {
            throw new InvalidRecordException(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException | DateTimeException e) {
            // Without its text, which may quote the content.
            throw new InvalidRecordException("a record in it is not a message", e);
        }
    }
}
