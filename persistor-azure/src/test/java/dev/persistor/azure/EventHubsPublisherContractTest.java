package dev.persistor.azure;

import dev.persistor.testkit.MessagePublisherContract;

/** Azure's client of Event Hubs over a real socket. */
class EventHubsPublisherContractTest extends MessagePublisherContract {

    @Override
    protected Target start() throws Exception {
        return new AmqpTarget(
                server -> server.hub(AmqpTarget.ENTITY, 4),
                (server, whileBusy) -> EventHubsPublisher.over(
                        AmqpClients.eventHubs(server, AmqpTarget.ENTITY).buildAsyncProducerClient(), whileBusy),
                message -> message.annotations().get("x-opt-partition-key"));
    }

    @Override
    protected Capabilities capabilities() {
        return new Capabilities(1_000_000, 1024 * 1024, true, true, false, false);
    }
}
