package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentDigestTest {

    private static Message.Builder message() {
        return Message.builder()
                .id("0-3")
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T02:10:00Z"))
                .orderingKey("key")
                .position(new Position("0", 3))
                .attributes(attributes("type", "created", "tenant", "7"))
                .brokerProperties(attributes(BrokerProperties.SUBJECT, "order"))
                .payload("payload".getBytes(StandardCharsets.UTF_8));
    }

    private static Attributes attributes(String... namesAndTexts) {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            attributes.add(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return attributes.build();
    }

    private static String digest(Message.Builder message) {
        return ContentDigest.of(message.build());
    }

    /** Blobs and checkpoints hold these digests: they must be the same in every version. */
    @Test
    void theDigestOfAMessageNeverChanges() {
        assertThat(digest(message())).isEqualTo("63656d5ee7ae765841ed080972d43e41");
        assertThat(digest(Message.builder().id("1").source("s").publishTime(Instant.EPOCH)))
                .isEqualTo("b73288894e6f74a703ca66bc769ecd4a");
    }

    @Test
    void messagesThatDifferInAnyFieldOfTheirContentHaveOtherDigests() {
        List<Message.Builder> messages = new ArrayList<>(List.of(
                message(),
                message().id("0-4"),
                message().source("payments"),
                message().publishTime(Instant.parse("2026-01-31T02:10:00.001Z")),
                message().orderingKey("other"),
                message().orderingKey(null),
                message().payload("Payload".getBytes(StandardCharsets.UTF_8)),
                message().payload(new byte[0]),
                message().attributes(attributes("type", "created", "tenant", "8")),
                message().attributes(attributes("type", "created", "Tenant", "7")),
                message().attributes(attributes("type", "created")),
                message().attributes(Attributes.empty())));
        messages.add(message()
                .attributes(Attributes.builder()
                        .add("type", "created")
                        .add("tenant", AttributeValue.of(7))
                        .build()));
        for (String name : List.of(
                BrokerProperties.CONTENT_TYPE,
                BrokerProperties.CONTENT_ENCODING,
                BrokerProperties.CORRELATION_ID,
                BrokerProperties.MESSAGE_ID,
                BrokerProperties.SUBJECT,
                BrokerProperties.REPLY_TO,
                BrokerProperties.REPLY_TO_SESSION_ID,
                BrokerProperties.TO,
                BrokerProperties.SESSION_ID,
                BrokerProperties.PARTITION_KEY,
                BrokerProperties.KEY,
                BrokerProperties.TOMBSTONE)) {
            messages.add(message().brokerProperties(attributes(name, "other")));
        }
        assertThat(messages.stream().map(ContentDigestTest::digest)).doesNotHaveDuplicates();
    }

    @Test
    void textsThatMoveFromOneFieldToTheNextMakeAnotherDigest() {
        assertThat(List.of(
                        digest(message().source("ab").id("c")),
                        digest(message().source("a").id("bc")),
                        digest(message().attributes(attributes("ab", "c"))),
                        digest(message().attributes(attributes("a", "bc"))),
                        digest(message().attributes(attributes("a", "b", "c", "d"))),
                        digest(message()
                                .attributes(attributes("a", "b"))
                                .brokerProperties(attributes(BrokerProperties.SUBJECT, "d")))))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatMayChangeFromOneDeliveryToTheNextIsLeftOut() {
        assertThat(List.of(
                        digest(message().deliveryAttempt(2)),
                        digest(message().position(null)),
                        digest(message().position(new Position("log", "0", 3))),
                        digest(message()
                                .brokerProperties(attributes(
                                        BrokerProperties.SUBJECT,
                                        "order",
                                        BrokerProperties.SUBSCRIPTION,
                                        "other",
                                        BrokerProperties.EXPIRES_AT,
                                        "later",
                                        BrokerProperties.OFFSET,
                                        "9",
                                        "x-opt-locked-until",
                                        "now")))))
                .containsOnly(digest(message()));
    }

    @Test
    void theOrderOfDifferentNamesSaysNothingAndThatOfOneNameDoes() {
        assertThat(digest(message().attributes(attributes("tenant", "7", "type", "created"))))
                .isEqualTo(digest(message()));
        assertThat(digest(message().attributes(attributes("a", "1", "a", "2"))))
                .isNotEqualTo(digest(message().attributes(attributes("a", "2", "a", "1"))));
    }

    @Test
    void theWholeDigestCoversAlsoWhatMayChange() {
        assertThat(List.of(
                        whole(message()),
                        whole(message().position(new Position("0", 4))),
                        whole(message().position(new Position("log", "0", 3))),
                        whole(message().attributes(attributes("tenant", "7", "type", "created"))),
                        whole(message()
                                .brokerProperties(
                                        attributes(BrokerProperties.SUBJECT, "order", BrokerProperties.OFFSET, "9"))),
                        whole(message().payload(new byte[0]))))
                .doesNotHaveDuplicates();
        assertThat(whole(message().deliveryAttempt(2))).isEqualTo(whole(message()));
    }

    private static String whole(Message.Builder message) {
        Digest digest = new Digest();
        ContentDigest.addWhole(digest, message.build());
        return digest.hex(16);
    }
}
