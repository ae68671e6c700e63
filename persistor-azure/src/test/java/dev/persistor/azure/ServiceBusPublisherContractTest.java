package dev.persistor.azure;

import dev.persistor.testkit.MessagePublisherContract;

/** Azure's client of Service Bus over a real socket. */
class ServiceBusPublisherContractTest extends MessagePublisherContract {

    @Override
    protected Target start() throws Exception {
        return new AmqpTarget(
                server -> server.queue(AmqpTarget.ENTITY),
                (server, whileBusy) -> ServiceBusPublisher.over(
                        AmqpClients.serviceBus(server)
                                .sender()
                                .queueName(AmqpTarget.ENTITY)
                                .buildAsyncClient(),
                        whileBusy),
                message -> message.properties().get("group-id"));
    }

    @Override
    protected Capabilities capabilities() {
        return new Capabilities(200_000, 256 * 1024, true, true, false, false);
    }
}
