package dev.persistor.testkit.azure;

import java.util.List;

/** A topic of Service Bus: each of its subscriptions gets all messages. */
final class AmqpTopic implements AmqpEntity {

    /** Keeps what was sent, whether or not there is a subscription. */
    private final AmqpQueue log;

    private final List<AmqpQueue> subscriptions;

    AmqpTopic(AmqpQueue log, List<AmqpQueue> subscriptions) {
        this.log = log;
        this.subscriptions = List.copyOf(subscriptions);
    }

    @Override
    public long maxTransferSize() {
        return log.maxTransferSize();
    }

    @Override
    public void store(AmqpTransfer transfer, String partition) {
        log.store(transfer, partition);
        subscriptions.forEach(subscription -> subscription.store(transfer, partition));
    }

    @Override
    public List<AmqpMessage> messages() {
        return log.messages();
    }
}
