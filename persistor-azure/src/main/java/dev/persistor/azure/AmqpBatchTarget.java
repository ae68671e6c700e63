package dev.persistor.azure;

import dev.persistor.core.replay.BatchTarget;
import dev.persistor.core.replay.PublishException;

/** A target of message batches over AMQP. Thread-safe. */
interface AmqpBatchTarget extends BatchTarget {

    @Override
    default boolean isBusy(RuntimeException failure) {
        return AmqpErrors.isThrottled(failure);
    }

    @Override
    default PublishException translate(String what, RuntimeException failure) {
        return AmqpErrors.translate(what, failure);
    }
}
