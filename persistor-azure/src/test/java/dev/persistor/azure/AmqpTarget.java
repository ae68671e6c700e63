package dev.persistor.azure;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.testkit.MessagePublisherContract;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An entity on the testkit's server. */
final class AmqpTarget implements MessagePublisherContract.Target {

    static final String ENTITY = "target";

    private static final RetryBudget QUICK = RetryBudget.of(Duration.ofSeconds(5), Backoff.ofMillis(1, 1));

    private final AmqpServer server;
    private final BiFunction<AmqpServer, RetryBudget, MessagePublisher> opening;
    private final Function<AmqpMessage, @Nullable Object> key;

    AmqpTarget(
            Function<AmqpServer, AmqpServer> entity,
            BiFunction<AmqpServer, RetryBudget, MessagePublisher> opening,
            Function<AmqpMessage, @Nullable Object> key)
            throws IOException {
        this.server = entity.apply(AmqpServer.start());
        this.opening = opening;
        this.key = key;
    }

    @Override
    public MessagePublisher open() {
        return opening.apply(server, QUICK);
    }

    @Override
    public List<MessagePublisherContract.Arrived> arrived() {
        return server.messages(ENTITY).stream().map(this::arrived).toList();
    }

    private MessagePublisherContract.Arrived arrived(AmqpMessage message) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        message.applicationProperties().forEach((name, value) -> attributes.put(name, value(value)));
        return MessagePublisherContract.Arrived.withSingleValues(
                message.body(),
                attributes,
                Optional.ofNullable(key.apply(message)).map(Object::toString));
    }

    private static AttributeValue value(@Nullable Object value) {
        return value instanceof Long number
                ? AttributeValue.of(number)
                : AttributeValue.of(Objects.requireNonNull(value).toString());
    }

    @Override
    public void refuseNext() {
        server.failSends(AmqpServer.Fault.NOT_ALLOWED);
    }

    @Override
    public void loseNextAnswer() {
        server.failSends(AmqpServer.Fault.LOST_ANSWER);
    }

    @Override
    public void hold() {
        server.holdAnswers();
    }

    @Override
    public void release() {
        server.giveAnswers();
    }

    @Override
    public void close() {
        server.close();
    }
}
