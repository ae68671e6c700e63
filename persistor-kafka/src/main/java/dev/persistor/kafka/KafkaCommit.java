package dev.persistor.kafka;

import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * A committed offset, and in its metadata the log that it belongs to. A broker keeps offsets by topic name, and one that
 * belongs to a deleted topic says nothing about the topic that has its name now.
 */
final class KafkaCommit {

    private static final String LOG = "persistor log=";

    private KafkaCommit() {}

    /** Returns the commit of an offset that is next. */
    static OffsetAndMetadata of(long next, Optional<Integer> epoch, String log) {
        return new OffsetAndMetadata(next, epoch, log.isEmpty() ? "" : LOG + log);
    }

    /** Returns the log that an offset belongs to, where Persistor committed it and the broker gave the log an identity. */
    static Optional<String> log(OffsetAndMetadata committed) {
        return committed.metadata().startsWith(LOG)
                ? Optional.of(committed.metadata().substring(LOG.length()))
                : Optional.empty();
    }
}
