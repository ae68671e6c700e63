package dev.persistor.azure;

import static dev.persistor.azure.Outcomes.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a publisher promises, by the clients of Azure and over a socket. */
abstract class AmqpPublisherChecks {

    /** What both kinds of entity are called. */
    static final String TARGET = "target";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final RetryBudget QUICK = RetryBudget.of(Duration.ofSeconds(5), Backoff.ofMillis(1, 1));

    private AmqpServer server;
    private MessagePublisher publisher;

    /** Adds the target to the server. */
    abstract void add(AmqpServer to);

    abstract MessagePublisher open(AmqpServer at, RetryBudget whileBusy);

    /** Returns the key that a message arrived with. */
    abstract @Nullable Object key(AmqpMessage message);

    /** Returns how many bytes fit into no request. */
    abstract int tooMuch();

    @BeforeEach
    void start() throws IOException {
        server = AmqpServer.start();
        add(server);
        publisher = open(server, QUICK);
    }

    @AfterEach
    void stop() {
        server.giveAnswers();
        publisher.close();
        server.close();
    }

    private static Message message(String id, @Nullable String key) {
        return Message.builder()
                .id(id)
                .source("test")
                .publishTime(Instant.EPOCH)
                .orderingKey(key)
                .payload(id.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private List<String> arrived() {
        return server.messages(TARGET).stream()
                .map(message -> new String(message.bytes(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void messagesOfEachKeyArriveOnceAndInTheirOrder() throws InterruptedException {
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            futures.add(publisher.publish(message(Integer.toString(i), i % 5 == 0 ? null : "k" + i % 7)));
        }
        assertThat(futures).allSatisfy(future -> assertThat(future.join()).isEqualTo(Published.withoutId()));
        assertThat(arrived()).hasSize(1_000).doesNotHaveDuplicates();
        for (int k = 0; k < 7; k++) {
            String key = "k" + k;
            assertThat(server.messages(TARGET).stream()
                            .filter(message -> key.equals(key(message)))
                            .map(message -> Integer.valueOf(new String(message.bytes(), StandardCharsets.UTF_8))))
                    .isSorted()
                    .isNotEmpty();
        }
        assertThat(server.transfers()).as("messages share requests").isLessThan(1_000);
    }

    @Test
    void aMessageIsPublishedOnlyOnceTheBrokerHasSaidSo() throws InterruptedException {
        server.holdAnswers();
        CompletableFuture<Published> future = publisher.publish(message("1", "k"));
        await().atMost(PATIENCE).until(() -> !arrived().isEmpty());
        assertThat(future).isNotDone();
        server.giveAnswers();
        assertThat(future.join()).isEqualTo(Published.withoutId());
    }

    @Test
    void closingWaitsForTheAnswers() throws InterruptedException {
        server.holdAnswers();
        CompletableFuture<Published> future = publisher.publish(message("1", "k"));
        Thread closing = new Thread(publisher::close);
        closing.start();
        await().atMost(PATIENCE).until(() -> !arrived().isEmpty());
        assertThat(closing.isAlive()).isTrue();
        server.giveAnswers();
        closing.join();
        assertThat(future).isCompleted();
    }

    @Test
    void whatABusyBrokerRefusedArrivesOnce() throws InterruptedException {
        server.failSends(AmqpServer.Fault.SERVER_BUSY, AmqpServer.Fault.SERVER_BUSY);
        publisher.publish(message("1", "k")).join();
        assertThat(arrived()).containsExactly("1");
        assertThat(server.transfers()).isEqualTo(3);
    }

    @Test
    void aLostAnswerFailsItsMessageWhichIsNotSentAgain() throws InterruptedException {
        publisher.publish(message("0", "k")).join();
        server.failSends(AmqpServer.Fault.LOST_ANSWER);
        PublishException lost = failure(publisher.publish(message("1", "k")));
        assertThat(lost.isRetryable()).isTrue();
        assertThat(failure(publisher.publish(message("2", "k"))))
                .hasMessage(PublishException.afterFailureOf("k").getMessage());
        publisher.publish(message("3", "other")).join();
        assertThat(arrived()).containsExactly("0", "1", "3");
    }

    @Test
    void aBrokenConnectionIsMadeAnew() throws InterruptedException {
        publisher.publish(message("1", "k")).join();
        server.dropConnections();
        try (MessagePublisher another = open(server, QUICK)) {
            another.publish(message("2", "k")).join();
        }
        assertThat(arrived()).containsExactly("1", "2");
    }

    @Test
    void aRefusalForGoodSaysSo() throws InterruptedException {
        server.failSends(AmqpServer.Fault.NOT_ALLOWED, AmqpServer.Fault.UNAUTHORIZED);
        assertThat(failure(publisher.publish(message("1", null))).isRetryable()).isFalse();
        PublishException refusal = failure(publisher.publish(message("2", null)));
        assertThat(refusal.isRetryable()).isFalse();
        assertThat(refusal).hasMessageContaining(TARGET).hasMessageContaining("amqp:unauthorized-access");
        assertThat(arrived()).isEmpty();
    }

    @Test
    void aRefusalForNowSaysSo() throws InterruptedException {
        server.failSends(
                AmqpServer.Fault.RESOURCE_LIMIT_EXCEEDED, AmqpServer.Fault.INTERNAL_ERROR, AmqpServer.Fault.RELEASED);
        for (int i = 0; i < 3; i++) {
            PublishException refusal = failure(publisher.publish(message("1", null)));
            assertThat(refusal.isRetryable()).as(refusal.getMessage()).isTrue();
        }
        assertThat(arrived()).isEmpty();
    }

    @Test
    void aMessageThatIsTooLargeFailsAlone() throws InterruptedException {
        Message large =
                message("large", null).toBuilder().payload(new byte[tooMuch()]).build();
        PublishException refusal = failure(publisher.publish(large));
        assertThat(refusal.isRetryable()).isFalse();
        assertThat(refusal).hasMessageContaining("publish large to ");
        publisher.publish(message("small", null)).join();
        assertThat(arrived()).containsExactly("small");
    }

    @Test
    void largeMessagesShareRequestsAsFarAsTheyFit() throws InterruptedException {
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            futures.add(publisher.publish(message(Integer.toString(i), "k").toBuilder()
                    .payload(new byte[tooMuch() / 4])
                    .build()));
        }
        futures.forEach(CompletableFuture::join);
        assertThat(IntStream.range(0, 50).boxed().toList()).hasSameSizeAs(server.messages(TARGET));
    }
}
