package dev.persistor.avro;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import java.util.NoSuchElementException;

/** Reads a file whose header is torn or damaged: no message, and then one failure. Not thread-safe. */
final class FailedReader implements MessageReader {

    private final FormatException failure;
    private boolean thrown;

    FailedReader(FormatException failure) {
        this.failure = failure;
    }

    @Override
    public boolean hasNext() {
        if (!thrown) {
            thrown = true;
            throw failure;
        }
        return false;
    }

    @Override
    public Message next() {
        throw new NoSuchElementException("no message of the blob can be read");
    }

    @Override
    public void close() {}
}
