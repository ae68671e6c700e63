package dev.persistor.core.capture;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.Replay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that come back to the topic that is archived. */
class ReplayedMessagesTest {

    private static final int MESSAGES = 20;

    private @TempDir Path folder;

    private Capture open(String... more) {
        Map<String, String> environment =
                new HashMap<>(Map.of("PERSISTOR_STORE", folder.toUri().toString()));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Capture.open(environment, List.of());
    }

    private static Message message(int number) {
        return aMessage("id-" + number, "payload " + number)
                .publishTime(Instant.EPOCH.plusSeconds(number))
                .build();
    }

    private static Delivery delivery(List<Message> messages) {
        return new Delivery(messages, List.of());
    }

    private static List<Message> messages() {
        return IntStream.range(0, MESSAGES)
                .mapToObj(ReplayedMessagesTest::message)
                .toList();
    }

    /** Gives messages to the topic again, which delivers them under new ids. */
    private static List<Message> replayed(Capture capture) throws InterruptedException {
        return replayed(capture, MESSAGES);
    }

    private static List<Message> replayed(Capture capture, int published) throws InterruptedException {
        List<Message> delivered = new ArrayList<>();
        MessagePublisher topic = new MessagePublisher() {
            @Override
            public CompletableFuture<Published> publish(Message message) {
                String id = "new-" + delivered.size();
                delivered.add(message.toBuilder()
                        .id(id)
                        .publishTime(Instant.EPOCH.plusSeconds(100_000))
                        .build());
                return CompletableFuture.completedFuture(Published.as(id));
            }

            @Override
            public void flush() {}

            @Override
            public void resume(String orderingKey) {}

            @Override
            public List<String> losses(Message message) {
                return List.of();
            }

            @Override
            public void close() {}
        };
        Archive archive = Archive.on(capture.store()).build();
        assertThat(Replay.of(archive, MessageFilter.ALL).to(topic).build().run().published())
                .isEqualTo(published);
        return delivered;
    }

    private static long blobs(Capture capture) {
        return capture.store().list("").count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "jsonl"})
    void whatIsThereAlreadyIsAcknowledgedWithoutASecondCopy(String format) throws InterruptedException {
        try (Capture capture = open(
                "PERSISTOR_SKIP_REPLAYED",
                "true",
                "PERSISTOR_FORMAT",
                format,
                "PERSISTOR_BATCH_MESSAGES",
                format.equals("raw") ? "1" : "7")) {
            capture.archive(delivery(messages()));
            long before = blobs(capture);
            capture.archive(delivery(replayed(capture)));
            assertThat(blobs(capture)).isEqualTo(before);
            assertThat(capture.counters().persisted()).isEqualTo(MESSAGES);
            assertThat(capture.counters().skippedReplayed()).isEqualTo(MESSAGES);
        }
    }

    @Test
    void unlessItIsAskedForAReplayedMessageIsArchivedAsAnyOther() throws InterruptedException {
        try (Capture capture = open()) {
            capture.archive(delivery(messages()));
            capture.archive(delivery(replayed(capture)));
            assertThat(capture.counters().persisted()).isEqualTo(2 * MESSAGES);
        }
    }

    @Test
    void whatWasReplayedTwiceIsKnownToo() throws InterruptedException {
        List<Message> again;
        try (Capture capture = open()) {
            capture.archive(delivery(messages()));
            capture.archive(delivery(replayed(capture)));
            again = replayed(capture);
        }
        try (Capture capture = open("PERSISTOR_SKIP_REPLAYED", "true")) {
            capture.archive(delivery(again));
            assertThat(capture.counters().skippedReplayed()).isEqualTo(MESSAGES);
        }
    }

    /** Delivers one replayed message, changed on its way, and tells whether it was archived. */
    private boolean isArchived(UnaryOperator<Message> change) throws InterruptedException {
        try (Capture capture = open("PERSISTOR_SKIP_REPLAYED", "true")) {
            capture.archive(delivery(messages()));
            Message replayed = change.apply(replayed(capture).get(3));
            capture.archive(Delivery.of(replayed));
            assertThat(capture.counters().skippedReplayed() + capture.counters().persisted())
                    .isEqualTo(MESSAGES + 1);
            return capture.counters().skippedReplayed() == 0;
        }
    }

    private static UnaryOperator<Message> marked(String place) {
        return message -> message.toBuilder()
                .attributes(Attributes.builder()
                        .add("persistor-replayed-from", place)
                        .add("persistor-original-id", "id-3")
                        .add("persistor-original-source", "orders")
                        .add("persistor-original-publish-time", "1970-01-01T00:00:03Z")
                        .build())
                .build();
    }

    /** Changes one attribute of a replayed message, as a consumer does that builds another message out of it. */
    private static UnaryOperator<Message> with(String name, String value) {
        return message -> {
            Attributes.Builder attributes = Attributes.builder();
            message.attributes().entries().stream()
                    .filter(entry -> !entry.name().equals(name))
                    .forEach(entry -> attributes.add(entry.name(), entry.value()));
            return message.toBuilder()
                    .attributes(attributes.add(name, value).build())
                    .build();
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type",
                "persistor-original-id",
                "persistor-original-source",
                "persistor-original-publish-time",
                "persistor-original-digest"
            })
    void aMessageWithAnotherAttributeThanTheReplaySentIsArchived(String name) throws InterruptedException {
        assertThat(isArchived(with(name, "other"))).isTrue();
    }

    @Test
    void aMessageWithAnotherOrderingKeyThanItsOriginalIsArchived() throws InterruptedException {
        assertThat(isArchived(
                        message -> message.toBuilder().orderingKey("other").build()))
                .isTrue();
    }

    @Test
    void aMessageThatClaimsAnotherPublishTimeThanItsOriginalIsArchived() throws InterruptedException {
        String place = "orders/1970/01/01/00/id-3.bin#0";
        assertThat(isArchived(message -> with("persistor-original-publish-time", "1970-01-01T00:00:04Z")
                        .apply(marked(place).apply(message))))
                .isTrue();
    }

    @Test
    void whatTheTargetAddsOrTakesAsTextMakesNoOtherMessage() throws InterruptedException {
        Message typed = message(3).toBuilder()
                .orderingKey("key")
                .attributes(Attributes.builder()
                        .add("number", AttributeValue.of(5))
                        .add("a", "text")
                        .build())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.SUBJECT, "order")
                        .build())
                .build();
        try (Capture capture = open("PERSISTOR_SKIP_REPLAYED", "true")) {
            capture.archive(Delivery.of(typed));
            Message sent = replayed(capture, 1).get(0);
            Map<String, String> texts = new HashMap<>(sent.attributes().toMap());
            texts.put("persistor-broker-subject", "order");
            capture.archive(Delivery.of(sent.toBuilder()
                    .attributes(Attributes.ofUnordered(texts))
                    .brokerProperties(Attributes.empty())
                    .build()));
            assertThat(capture.counters().skippedReplayed()).isEqualTo(1);
        }
    }

    @Test
    void aMessageWithOtherBytesThanItsOriginalIsArchived() throws InterruptedException {
        assertThat(isArchived(
                        message -> message.toBuilder().payload(new byte[] {1}).build()))
                .isTrue();
    }

    @Test
    void aMessageOfAnotherIdentityThanItsOriginalIsArchived() throws InterruptedException {
        assertThat(isArchived(message -> message.toBuilder()
                        .attributes(Attributes.builder()
                                .add(
                                        "persistor-replayed-from",
                                        message.attributes()
                                                .text("persistor-replayed-from")
                                                .orElseThrow())
                                .add("persistor-original-id", "id-4")
                                .build())
                        .build()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders/1970/01/01/00/id-9999.bin#0",
                "orders/1970/01/01/00/id-3.bin#1",
                "orders/1970/01/01/00/id-3.bin#9999999999",
                "orders/1970/01/01/00/id-3.bin",
                "orders/1970/01/01/00/id-3.bin#-1",
                "../orders#0",
                "#0",
                "",
                "_quarantine/x#0"
            })
    void aMarkThatLeadsToNoOriginalIsNoReasonToDropAMessage(String place) throws InterruptedException {
        assertThat(isArchived(marked(place))).isTrue();
    }

    @Test
    void theMarkThatLeadsThereIsThatOfTheBlob() throws InterruptedException {
        assertThat(isArchived(marked("orders/1970/01/01/00/id-3.bin#0"))).isFalse();
    }

    @Test
    void anOriginalThatWasDamagedMeanwhileIsArchivedAgain() throws Exception {
        List<Message> replayed;
        try (Capture capture = open()) {
            capture.archive(delivery(messages()));
            replayed = replayed(capture);
        }
        Path blob = folder.resolve("orders/1970/01/01/00/id-3.bin");
        byte[] content = Files.readAllBytes(blob);
        content[0] ^= 1;
        Files.write(blob, content);
        try (Capture capture = open("PERSISTOR_SKIP_REPLAYED", "true")) {
            capture.archive(delivery(replayed));
            assertThat(capture.counters().persisted()).isEqualTo(1);
            assertThat(capture.counters().skippedReplayed()).isEqualTo(MESSAGES - 1);
        }
    }
}
