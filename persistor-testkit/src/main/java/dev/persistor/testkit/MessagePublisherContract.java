package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a {@link MessagePublisher} owes, as tests: extend it with a target that can be looked into.
 *
 * <p>What targets differ in is declared by {@link Capabilities}.
 */
@Timeout(120)
public abstract class MessagePublisherContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant TIME = Instant.parse("2026-01-31T02:10:00.123456Z");

    /**
     * What a target can do.
     *
     * @param maxPayloadBytes the largest payload, without attributes, that it takes for certain
     * @param tooManyBytes a payload that it takes for certain not; 0 where there is no such limit
     * @param takesEmptyPayloads whether a message may be empty that has an attribute
     * @param keepsTypes whether an attribute that is a number stays one
     * @param keepsRepeatedNames whether all values of a repeated attribute name arrive, in their order, and not just the first
     * @param givesIds whether senders are told the new id
     */
    public record Capabilities(
            int maxPayloadBytes,
            int tooManyBytes,
            boolean takesEmptyPayloads,
            boolean keepsTypes,
            boolean keepsRepeatedNames,
            boolean givesIds) {}

    /**
     * What has arrived.
     *
     * @param payload the payload
     * @param attributes the values of each attribute name, in their order
     * @param orderingKey the ordering key, if it has one
     */
    public record Arrived(
            ByteBuffer payload, Map<String, List<AttributeValue>> attributes, Optional<String> orderingKey) {

        /** Returns what has arrived at a target that has one value for each attribute name. */
        public static Arrived withSingleValues(
                ByteBuffer payload, Map<String, AttributeValue> attributes, Optional<String> orderingKey) {
            Map<String, List<AttributeValue>> values = new HashMap<>();
            attributes.forEach((name, value) -> values.put(name, List.of(value)));
            return new Arrived(payload, values, orderingKey);
        }

        /** Returns what arrives of a message at a target that keeps all of it. */
        public static Arrived of(Message message) {
            Map<String, List<AttributeValue>> values = new HashMap<>();
            message.attributes()
                    .forEach(entry -> values.computeIfAbsent(entry.name(), name -> new ArrayList<>())
                            .add(entry.value()));
            return new Arrived(message.payload(), values, message.orderingKey());
        }

        /** Returns what is left of it at a target that has one value for each attribute name. */
        Arrived withFirstValues() {
            Map<String, AttributeValue> first = new HashMap<>();
            attributes.forEach((name, values) -> first.put(name, values.get(0)));
            return withSingleValues(payload, first, orderingKey);
        }

        private String text() {
            return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        }
    }

    /** A target of a test's own that can be looked into. */
    public interface Target extends AutoCloseable {

        /** Opens a publisher to it. */
        MessagePublisher open();

        /** Returns what has arrived, in the order of arrival. */
        List<Arrived> arrived();

        /** Has it refuse the next request for good. */
        void refuseNext();

        /** Has it store what the next request holds, and then fail in place of an answer. */
        void loseNextAnswer();

        /** Leaves requests without an answer from now on. */
        void hold();

        /** Answers what was held, and what comes. */
        void release();

        @Override
        void close();
    }

    private Target target;
    private MessagePublisher publisher;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Sets nothing up; that is done before each test. */
    @SuppressWarnings("NullAway.Init")
    protected MessagePublisherContract() {}

    /** Starts a target with nothing in it. */
    protected abstract Target start() throws Exception;

    /** Returns what the target can do. */
    protected abstract Capabilities capabilities();

    @BeforeEach
    final void open() throws Exception {
        target = start();
        publisher = target.open();
    }

    @AfterEach
    final void close() {
        target.release();
        publisher.close();
        target.close();
        threads.shutdownNow();
    }

    private static Message.Builder message(String payload) {
        return message(payload.getBytes(StandardCharsets.UTF_8));
    }

    private static Message.Builder message(byte[] payload) {
        return Message.builder()
                .id("1")
                .source("orders")
                .publishTime(TIME)
                .payload(payload)
                .attributes(Attributes.builder().add("kind", "test").build());
    }

    private Published publish(Message message) throws InterruptedException {
        CompletableFuture<Published> future = publisher.publish(message);
        publisher.flush();
        return await(future);
    }

    private static Published await(CompletableFuture<Published> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static PublishException failure(CompletableFuture<Published> future) throws Exception {
        try {
            Published published = future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("published as " + published + ", and was to fail");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PublishException failure) {
                return failure;
            }
            throw new AssertionError("a failed message's future holds a PublishException, not " + e.getCause(), e);
        }
    }

    @Test
    final void everyByteArrivesAndSoDoAttributesAndTheOrderingKey() throws InterruptedException {
        List<Message> messages = new ArrayList<>();
        messages.add(message(MessageGenerator.allBytes()).build());
        messages.add(message(new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF}).build());
        messages.add(message(new MessageGenerator(1).bytes(capabilities().maxPayloadBytes()))
                .build());
        messages.add(message("text")
                .orderingKey("k\u00e9y/1")
                .attributes(Attributes.builder()
                        .add("a", "1")
                        .add("name with space", "v\u00e4lue \u20ac \uD83D\uDE00")
                        .add("empty", "")
                        .build())
                .build());
        if (capabilities().takesEmptyPayloads()) {
            messages.add(message(new byte[0]).build());
        }
        for (Message message : messages) {
            assertThat(publisher.losses(message))
                    .as("what is lost of a plain message")
                    .isEmpty();
            Published published = publish(message);
            assertThat(published.id().isPresent())
                    .as("gives an id")
                    .isEqualTo(capabilities().givesIds());
        }
        assertThat(target.arrived())
                .isEqualTo(messages.stream().map(Arrived::of).toList());
    }

    @Test
    final void whatIsNotHeldIsToldAndWhatIsToldIsNotHeld() throws InterruptedException {
        Message typed = message("typed")
                .attributes(Attributes.builder().add("n", AttributeValue.of(7L)).build())
                .build();
        assertThat(publisher.losses(typed).isEmpty()).isEqualTo(capabilities().keepsTypes());

        publish(typed);
        // What asking had published would be there by now.
        assertThat(target.arrived())
                .as("what arrived after asking for losses and publishing one message")
                .hasSize(1);
        Arrived arrived = target.arrived().get(0);
        assertThat(arrived.equals(Arrived.of(typed))).isEqualTo(capabilities().keepsTypes());
        assertThat(arrived.attributes().getOrDefault("n", List.of()))
                .extracting(AttributeValue::text)
                .containsExactly("7");
    }

    @Test
    final void valuesOfARepeatedNameArriveOrTheFirstDoesAndTheOthersAreTold() throws InterruptedException {
        Message repeated = message("repeated")
                .attributes(Attributes.builder()
                        .add("a", "1")
                        .add("b", "2")
                        .add("a", "3")
                        .build())
                .build();
        if (capabilities().keepsRepeatedNames()) {
            assertThat(publisher.losses(repeated)).as("of a repeated name").isEmpty();
        } else {
            assertThat(publisher.losses(repeated))
                    .as("of a repeated name")
                    .singleElement()
                    .asString()
                    .contains("a");
        }
        publish(repeated);
        Arrived whole = Arrived.of(repeated);
        assertThat(target.arrived())
                .containsExactly(capabilities().keepsRepeatedNames() ? whole : whole.withFirstValues());
    }

    @Test
    final void messagesOfAKeyArriveInTheirOrder() throws InterruptedException {
        Random random = new Random(1);
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            Message.Builder message = message(Integer.toString(i));
            int key = random.nextInt(20);
            futures.add(publisher.publish(
                    key == 0
                            ? message.build()
                            : message.orderingKey("key-" + key).build()));
        }
        publisher.flush();
        futures.forEach(MessagePublisherContract::await);
        Map<String, Integer> last = new HashMap<>();
        for (Arrived arrived : target.arrived()) {
            int number = Integer.parseInt(arrived.text());
            arrived.orderingKey().ifPresent(key -> {
                Integer before = last.put(key, number);
                assertThat(before == null ? -1 : before)
                        .as("before %d of %s", number, key)
                        .isLessThan(number);
            });
        }
        assertThat(target.arrived()).hasSize(3_000);
    }

    @Test
    final void aFutureCompletesOnlyWhenTheTargetHasTheMessage() throws Exception {
        target.hold();
        CompletableFuture<Published> future = publisher.publish(message("held").build());
        publisher.flush();
        assertThatThrownBy(() -> future.get(300, TimeUnit.MILLISECONDS))
                .as("while the target does not answer")
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        target.release();
        await(future);
        assertThat(target.arrived()).extracting(Arrived::text).containsExactly("held");
    }

    @Test
    final void aRefusedMessageFailsWithTheLaterOnesOfItsKeyAndOtherKeysGoOn() throws Exception {
        publish(message("before").orderingKey("k").build());
        target.refuseNext();
        CompletableFuture<Published> refused =
                publisher.publish(message("refused").orderingKey("k").build());
        publisher.flush();
        assertThat(failure(refused).getMessage()).doesNotContain("payload");
        CompletableFuture<Published> after =
                publisher.publish(message("after").orderingKey("k").build());
        publisher.flush();
        failure(after);
        publish(message("other").orderingKey("other").build());
        publish(message("without").build());
        assertThat(target.arrived()).extracting(Arrived::text).containsExactly("before", "other", "without");
    }

    @Test
    final void aKeyOfAFailedMessageGoesOnWhenItIsResumed() throws Exception {
        target.refuseNext();
        CompletableFuture<Published> refused =
                publisher.publish(message("refused").orderingKey("k").build());
        CompletableFuture<Published> after =
                publisher.publish(message("after").orderingKey("k").build());
        publisher.flush();
        failure(refused);
        failure(after);
        CompletableFuture<Published> heldBack =
                publisher.publish(message("held back").orderingKey("k").build());
        publisher.flush();
        assertThat(failure(heldBack).isHeldBack()).as("held back").isTrue();
        publisher.resume("k");
        publisher.resume("another");
        publish(message("resumed").orderingKey("k").build());
        assertThat(target.arrived()).extracting(Arrived::text).containsExactly("resumed");
    }

    @Test
    final void aLostAnswerIsNoLoss() throws Exception {
        target.loseNextAnswer();
        CompletableFuture<Published> future = publisher.publish(message("once").build());
        publisher.flush();
        boolean failed = false;
        try {
            future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(PublishException.class);
            failed = true;
        }
        assertThat(target.arrived()).as("failed: %s", failed).isNotEmpty();
        publish(message("next").build());
        assertThat(target.arrived()).extracting(Arrived::text).contains("once", "next");
    }

    @Test
    final void aTargetThatDoesNotAnswerHoldsThePublisherInBoundedMemoryAndNothingIsLost() throws Exception {
        int size = Math.min(capabilities().maxPayloadBytes(), 100_000);
        int count = (int) (400_000_000L / size);
        byte[] payload = new MessageGenerator(2).bytes(size);
        target.hold();
        AtomicInteger handedOver = new AtomicInteger();
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        Future<?> publishing = threads.submit(() -> {
            for (int i = 0; i < count; i++) {
                futures.add(publisher.publish(message(payload).build()));
                handedOver.incrementAndGet();
            }
            return null;
        });
        int seen = -1;
        while (seen != handedOver.get()) {
            seen = handedOver.get();
            assertThatThrownBy(() -> publishing.get(500, TimeUnit.MILLISECONDS))
                    .as("%d messages of %d bytes are handed over to a target that does not answer", count, size)
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
        }
        assertThat(seen).as("handed over").isLessThan(count);
        target.release();
        publishing.get(PATIENCE.toSeconds() * 3, TimeUnit.SECONDS);
        publisher.flush();
        futures.forEach(MessagePublisherContract::await);
        assertThat(target.arrived()).hasSize(count);
    }

    @Test
    final void aMessageThatIsTooLargeFailsAloneAndForGood() throws Exception {
        if (capabilities().tooManyBytes() == 0) {
            return;
        }
        Message large = message(new byte[capabilities().tooManyBytes()]).build();
        CompletableFuture<Published> before =
                publisher.publish(message("before").build());
        CompletableFuture<Published> tooLarge = publisher.publish(large);
        CompletableFuture<Published> after = publisher.publish(message("after").build());
        publisher.flush();

        assertThat(failure(tooLarge).isRetryable()).isFalse();
        await(before);
        await(after);
        assertThat(target.arrived()).extracting(Arrived::text).containsExactlyInAnyOrder("before", "after");
    }

    @Test
    final void closeSendsWhatWaitsAndNothingIsTakenAfterwards() throws Exception {
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        // So that everything does wait, however fast the target is.
        target.hold();
        for (int i = 0; i < 50; i++) {
            futures.add(
                    publisher.publish(message("m" + i).orderingKey("k" + i % 3).build()));
        }
        Future<?> closing = threads.submit(publisher::close);
        assertThatThrownBy(() -> closing.get(500, TimeUnit.MILLISECONDS))
                .as("closed while messages wait for their answers")
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        target.release();
        closing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        publisher.close();
        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThat(target.arrived()).hasSize(50);
        assertThatThrownBy(() -> publisher.publish(message("late").build())).isInstanceOf(IllegalStateException.class);
    }
}
