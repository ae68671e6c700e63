package dev.persistor.azure;

import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import org.jspecify.annotations.Nullable;

class EventHubsPublisherTest extends AmqpPublisherChecks {

    @Override
    void add(AmqpServer to) {
        to.hub(TARGET, 4);
    }

    @Override
    MessagePublisher open(AmqpServer at, RetryBudget whileBusy) {
        return EventHubsPublisher.over(AmqpClients.eventHubs(at, TARGET).buildAsyncProducerClient(), whileBusy);
    }

    @Override
    @Nullable
    Object key(AmqpMessage message) {
        return message.annotations().get("x-opt-partition-key");
    }

    @Override
    int tooMuch() {
        return 1024 * 1024;
    }
}
