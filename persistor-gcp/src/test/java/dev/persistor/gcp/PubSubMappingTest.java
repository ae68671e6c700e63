package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PubSubMappingTest {

    private static Message.Builder message() {
        return Message.builder()
                .id("1")
                .source("orders")
                .publishTime(Instant.EPOCH)
                .payload(new byte[] {1});
    }

    private static Attributes attributes(int count) {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = 0; i < count; i++) {
            attributes.add("a" + i, "x");
        }
        return attributes.build();
    }

    private static PubSubMapping map(Message.Builder message) {
        return PubSubMapping.of(message.build(), PubSubTarget.TOPIC);
    }

    private static PubSubMapping map(Attributes attributes) {
        return map(message().attributes(attributes));
    }

    private static PubSubMapping mapBroker(Attributes.Builder properties) {
        return map(message().brokerProperties(properties.build()));
    }

    @Test
    void textsStayWhatTheyAre() {
        PubSubMapping mapping = map(message().attributes(attributes(100)).orderingKey("k".repeat(1_024)));
        assertThat(mapping.losses()).isEmpty();
        assertThat(mapping.refusal()).isEmpty();
        assertThat(mapping.message().getAttributesCount()).isEqualTo(100);
        assertThat(mapping.message().getOrderingKey()).hasSize(1_024);
    }

    @Test
    void typesBecomeText() {
        PubSubMapping mapping = map(Attributes.builder()
                .add("a", AttributeValue.of(5))
                .add("b", AttributeValue.ofNull())
                .build());
        assertThat(mapping.losses()).containsExactly("attribute a: int becomes text", "attribute b: null becomes text");
        assertThat(mapping.message().getAttributesMap()).isEqualTo(Map.of("a", "5", "b", ""));
    }

    @Test
    void ofARepeatedNameTheFirstValueIsKept() {
        PubSubMapping mapping = map(
                Attributes.builder().add("a", "1").add("a", "2").add("b", "3").build());
        assertThat(mapping.losses()).containsExactly("attribute a: repeated; only the first value is kept");
        assertThat(mapping.message().getAttributesMap()).isEqualTo(Map.of("a", "1", "b", "3"));
    }

    @Test
    void namesThatPubSubKeepsToItselfAreDropped() {
        PubSubMapping mapping = map(Attributes.builder()
                .add("googclient_schemaencoding", "JSON")
                .add("a", "1")
                .build());
        assertThat(mapping.losses()).singleElement().asString().startsWith("attribute googclient_schemaencoding:");
        assertThat(mapping.refusal()).isEmpty();
        assertThat(mapping.message().getAttributesMap()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void whatIsNoUnicodeTextIsReplacedAndTold() {
        PubSubMapping mapping = map(message()
                .attributes(Attributes.builder().add("a\uD800", "😀\uDFFF").build())
                .orderingKey("\uD800"));
        assertThat(mapping.losses()).hasSize(3).allMatch(loss -> loss.contains("U+FFFD"));
        assertThat(mapping.message().getAttributesMap()).isEqualTo(Map.of("a\uFFFD", "😀\uFFFD"));
        assertThat(mapping.message().getOrderingKey()).isEqualTo("\uFFFD");
    }

    @Test
    void aBrokerPropertyBecomesAnAttribute() {
        PubSubMapping mapping = mapBroker(Attributes.builder()
                .add(BrokerProperties.SUBJECT, "s")
                .add(BrokerProperties.TIME_TO_LIVE, AttributeValue.of(Duration.ofHours(1))));
        assertThat(mapping.losses())
                .containsExactly(
                        "broker property subject becomes attribute persistor-broker-subject",
                        "broker property timeToLive becomes attribute persistor-broker-timeToLive");
        assertThat(mapping.message().getAttributesMap())
                .isEqualTo(Map.of("persistor-broker-subject", "s", "persistor-broker-timeToLive", "PT1H"));
    }

    @Test
    void whatBelongsToOneDeliveryIsDroppedWithoutALoss() {
        PubSubMapping mapping = mapBroker(Attributes.builder()
                .add(BrokerProperties.SUBSCRIPTION, "projects/p/subscriptions/s")
                .add(BrokerProperties.OFFSET, "12")
                .add(BrokerProperties.EXPIRES_AT, AttributeValue.of(Instant.EPOCH)));
        assertThat(mapping.losses()).isEmpty();
        assertThat(mapping.message().getAttributesMap()).isEmpty();
    }

    @Test
    void aBrokerPropertyGivesWayToTheSendersAttributes() {
        Attributes subject =
                Attributes.builder().add(BrokerProperties.SUBJECT, "s").build();
        PubSubMapping taken = map(message()
                .attributes(Attributes.builder()
                        .add("persistor-broker-subject", "the sender's")
                        .build())
                .brokerProperties(subject));
        assertThat(taken.losses())
                .containsExactly(
                        "broker property subject is lost: the attribute persistor-broker-subject" + " already exists");
        assertThat(taken.message().getAttributesMap()).containsEntry("persistor-broker-subject", "the sender's");

        PubSubMapping full = map(message().attributes(attributes(100)).brokerProperties(subject));
        assertThat(full.losses()).singleElement().asString().contains("is lost").contains("100");
        assertThat(full.refusal()).isEmpty();

        PubSubMapping large = mapBroker(Attributes.builder().add(BrokerProperties.SUBJECT, "s".repeat(1_025)));
        assertThat(large.losses())
                .singleElement()
                .asString()
                .contains("is lost")
                .contains("1025");
        assertThat(large.refusal()).isEmpty();
    }

    @Test
    void whatIsOverALimitIsRefusedWithItsNameItsSizeAndTheLimit() {
        assertRefused(map(attributes(101)), "the message has 101 attributes, but Pub/Sub allows at most 100");
        assertRefused(
                map(Attributes.builder().add("é".repeat(129), "x").build()),
                "attribute " + "é".repeat(129) + ": its name has 258 bytes, but Pub/Sub allows at most 256");
        assertRefused(
                map(Attributes.builder().add("a", "é".repeat(513)).build()),
                "attribute a: its value has 1026 bytes, but Pub/Sub allows at most 1024");
        assertRefused(
                map(message().orderingKey("é".repeat(513))),
                "ordering key has 1026 bytes, but Pub/Sub allows at most 1024");
        assertRefused(map(Attributes.builder().add("", "x").build()), "an attribute has no name");
        assertRefused(
                map(message().payload(new byte[0])),
                "the message has neither payload nor attributes, but Pub/Sub requires one of them");
    }

    @Test
    void theLargestRequestThatIsTakenIsTenMegabytes() {
        int overhead = 1 + 1 + PubSubTarget.TOPIC.length() + 2 * (1 + 4);
        assertThat(map(message().payload(new byte[10_000_000 - overhead])).refusal())
                .isEmpty();
        assertRefused(
                map(message().payload(new byte[10_000_001 - overhead])),
                "the message has 10000001 bytes, but Pub/Sub allows at most 10000000");
    }

    private static void assertRefused(PubSubMapping mapping, String reason) {
        assertThat(mapping.refusal()).contains(reason);
        assertThat(mapping.losses()).contains("cannot be published: " + reason);
    }
}
