package dev.persistor.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.ContentDigest;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageKeyTest {

    private static final Message ORIGINAL = Message.builder()
            .id("1000")
            .source("orders")
            .publishTime(Instant.parse("2026-01-31T02:10:00Z"))
            .orderingKey("key")
            .position(new Position("log-1", "0", 3))
            .attributes(Attributes.builder().add("number", AttributeValue.of(7)).build())
            .payload("payload".getBytes(StandardCharsets.UTF_8))
            .build();

    /** What a broker delivers of a message that a replay published. */
    private static Message replayed(Message archived, Map<String, String> added) {
        Map<String, String> attributes = new HashMap<>(archived.attributes().toMap());
        attributes.putAll(Map.of(
                ReplayAttributes.REPLAYED_FROM,
                "orders/1000.bin#0",
                ReplayAttributes.ORIGINAL_ID,
                archived.id(),
                ReplayAttributes.ORIGINAL_SOURCE,
                archived.source(),
                ReplayAttributes.ORIGINAL_PUBLISH_TIME,
                archived.publishTime().toString()));
        attributes.putAll(added);
        Message marked = archived.toBuilder()
                .id("2000")
                .source("again")
                .publishTime(Instant.parse("2026-03-01T00:00:00Z"))
                .position(null)
                .attributes(Attributes.ofUnordered(attributes))
                .build();
        attributes.put(ReplayAttributes.ORIGINAL_DIGEST, MessageKey.of(archived).proof(marked));
        return marked.toBuilder().attributes(Attributes.ofUnordered(attributes)).build();
    }

    private static Message with(String attribute, String text, Message message) {
        Map<String, String> attributes = new HashMap<>(message.attributes().toMap());
        attributes.put(attribute, text);
        return message.toBuilder()
                .attributes(Attributes.ofUnordered(attributes))
                .build();
    }

    private static Message without(String attribute, Message message) {
        Map<String, String> attributes = new HashMap<>(message.attributes().toMap());
        attributes.remove(attribute);
        return message.toBuilder()
                .attributes(Attributes.ofUnordered(attributes))
                .build();
    }

    /** Checkpoints and replayed messages hold these: they must be the same in every version. */
    @Test
    void keysAndProofsNeverChange() {
        assertThat(new Identity("orders", "1000", "log-1").digest()).isEqualTo("c59d21154794ec39f3dd272b64402bed");
        assertThat(MessageKey.of(ORIGINAL).digest()).isEqualTo("298fe58de6deeaf5f21dd62d76a8d7ca");
        assertThat(replayed(ORIGINAL, Map.of()).attributes().text(ReplayAttributes.ORIGINAL_DIGEST))
                .hasValue("298fe58de6deeaf5f21dd62d76a8d7ca32b22e290ecef7119d80b3783616e892");
    }

    @Test
    void anIdentityHasEachOfItsFields() {
        assertThat(Identity.of(ORIGINAL)).isEqualTo(new Identity("orders", "1000", "log-1"));
        assertThat(Identity.of(ORIGINAL.toBuilder().position(null).build()).log())
                .isEmpty();
        assertThat(List.of(
                        new Identity("ab", "c", "").digest(),
                        new Identity("a", "bc", "").digest(),
                        new Identity("a", "c", "").digest(),
                        new Identity("ab", "", "").digest()))
                .doesNotHaveDuplicates();
    }

    @Test
    void theKeyOfAMessageIsItsContent() {
        assertThat(MessageKey.of(ORIGINAL).digest()).isEqualTo(ContentDigest.of(ORIGINAL));
        assertThat(MessageKey.of(ORIGINAL).claim()).isEmpty();
        assertThat(MessageKey.of(ORIGINAL).isReplayed()).isFalse();
    }

    @Test
    void aReplayedMessageHasTheKeyOfItsOriginal() {
        MessageKey key = MessageKey.of(replayed(ORIGINAL, Map.of()));
        assertThat(key.digest()).isEqualTo(MessageKey.of(ORIGINAL).digest());
        assertThat(key.isReplayed()).isTrue();
        assertThat(key.identity()).isEqualTo(new Identity("orders", "1000", ""));
    }

    @Test
    void aMessageThatWasReplayedTwiceHasItTooWhateverTheUserAdded() {
        Map<String, String> added = Map.of(
                "incident",
                "4711",
                "a,b",
                "x",
                ReplayAttributes.ADDED,
                ReplayAttributes.added(Attributes.empty(), List.of("incident", "a,b")));
        Message once = replayed(ORIGINAL, added);
        assertThat(MessageKey.of(once).digest())
                .isEqualTo(MessageKey.of(ORIGINAL).digest());
        Message carried = with(ReplayAttributes.CARRIED_PREFIX + "subject", "order", once);
        assertThat(MessageKey.of(carried).digest())
                .isEqualTo(MessageKey.of(ORIGINAL).digest());
    }

    @Test
    void aMessageOntoWhichAConsumerForwardedTheAttributesIsItsOwn() {
        Message replayed = replayed(ORIGINAL, Map.of());
        String sentDigest = ReplayAttributes.sentDigest(replayed);
        List<Message> others = List.of(
                replayed.toBuilder().payload(new byte[] {1}).build(),
                replayed.toBuilder().orderingKey("other").build(),
                with("number", "8", replayed),
                with("more", "x", replayed),
                with(ReplayAttributes.ORIGINAL_ID, "1001", replayed),
                with(ReplayAttributes.ORIGINAL_SOURCE, "other", replayed),
                with(ReplayAttributes.ORIGINAL_PUBLISH_TIME, "2026-01-31T02:10:01Z", replayed),
                with(ReplayAttributes.ORIGINAL_DIGEST, "x", replayed),
                with(ReplayAttributes.ORIGINAL_DIGEST, "X".repeat(64), replayed),
                with(ReplayAttributes.ORIGINAL_DIGEST, sentDigest, replayed),
                with(ReplayAttributes.ORIGINAL_DIGEST, "0".repeat(33) + sentDigest, replayed),
                with(ReplayAttributes.ORIGINAL_DIGEST, "Z".repeat(32) + sentDigest, replayed));
        for (Message other : others) {
            MessageKey key = MessageKey.of(other);
            assertThat(key.isReplayed()).isFalse();
            assertThat(key.claim()).isEmpty();
            assertThat(key.digest()).isEqualTo(ContentDigest.of(other));
        }
    }

    @Test
    void withoutAProofAMessageClaimsTheContentThatItSaysItHad() {
        Message original = ORIGINAL.toBuilder()
                .attributes(Attributes.builder().add("number", "7").build())
                .build();
        Message claiming = without(ReplayAttributes.ORIGINAL_DIGEST, replayed(original, Map.of()));
        assertThat(MessageKey.of(claiming).claim()).hasValue(ContentDigest.of(original));
        assertThat(MessageKey.of(claiming).isReplayed()).isFalse();
        for (String needed : List.of(
                ReplayAttributes.ORIGINAL_ID,
                ReplayAttributes.ORIGINAL_SOURCE,
                ReplayAttributes.ORIGINAL_PUBLISH_TIME)) {
            assertThat(MessageKey.of(without(needed, claiming)).claim()).isEmpty();
        }
        for (String needed : List.of(ReplayAttributes.ORIGINAL_ID, ReplayAttributes.ORIGINAL_SOURCE)) {
            assertThat(MessageKey.of(with(needed, "", claiming)).claim()).isEmpty();
        }
        assertThat(MessageKey.of(with(ReplayAttributes.ORIGINAL_PUBLISH_TIME, "yesterday", claiming))
                        .claim())
                .isEmpty();
    }
}
