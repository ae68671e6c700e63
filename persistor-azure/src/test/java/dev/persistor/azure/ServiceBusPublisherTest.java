package dev.persistor.azure;

import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import org.jspecify.annotations.Nullable;

class ServiceBusPublisherTest extends AmqpPublisherChecks {

    @Override
    void add(AmqpServer to) {
        to.queue(TARGET);
    }

    @Override
    MessagePublisher open(AmqpServer at, RetryBudget whileBusy) {
        return ServiceBusPublisher.over(
                AmqpClients.serviceBus(at).sender().queueName(TARGET).buildAsyncClient(), whileBusy);
    }

    @Override
    @Nullable
    Object key(AmqpMessage message) {
        return message.properties().get("group-id");
    }

    @Override
    int tooMuch() {
        return 256 * 1024;
    }
}
