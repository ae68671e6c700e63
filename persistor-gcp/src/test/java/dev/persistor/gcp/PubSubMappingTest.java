package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.PublishException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PubSubMappingTest {

    private static Message.Builder message() {
        return Message.builder()
                .id("1")
                .source("queue")
                .publishTime(Instant.EPOCH)
                .payload(new byte[] {1});
    }

    private static Attributes one(String name, String value) {
        return Attributes.builder().add(name, value).build();
    }

    @Test
    void whatAnotherBrokerSaidGoesIntoAttributesAndIsTold() {
        Message message = message()
                .attributes(Attributes.builder()
                        .add("n", AttributeValue.of(5))
                        .add("r", "1")
                        .add("r", "2")
                        .add("half", "a\uD800")
                        .build())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.SUBJECT, "created")
                        .add(BrokerProperties.OFFSET, "77")
                        .add(BrokerProperties.SUBSCRIPTION, "s")
                        .build())
                .orderingKey("session")
                .build();
        PubsubMessage mapped = PubSubMapping.map(message);
        assertThat(mapped.getAttributesMap())
                .isEqualTo(Map.of("n", "5", "r", "1", "half", "a\uFFFD", "persistor-broker-subject", "created"));
        assertThat(mapped.getOrderingKey()).isEqualTo("session");
        assertThat(PubSubMapping.losses(message))
                .containsExactly(
                        "attribute n: int becomes text",
                        "attribute r: only the first value of a repeated name is kept",
                        "attribute half: U+FFFD takes the place of what is no Unicode text",
                        "broker property subject becomes attribute persistor-broker-subject");
    }

    static Stream<Arguments> impossible() {
        Attributes.Builder many = Attributes.builder();
        for (int i = 0; i < 101; i++) {
            many.add("a" + i, "v");
        }
        return Stream.of(
                Arguments.of(message().payload(new byte[0]).build(), "a payload or an attribute"),
                Arguments.of(message().attributes(many.build()).build(), "attributes: 101, and at most 100"),
                Arguments.of(message().attributes(one("x".repeat(257), "")).build(), "257 bytes, and at most 256"),
                Arguments.of(
                        message().attributes(one("x", "secret".repeat(171))).build(),
                        "attribute x: 1026 bytes, and at most 1024"),
                Arguments.of(message().attributes(one("googclient", "v")).build(), "goog"),
                Arguments.of(message().orderingKey("k".repeat(1_025)).build(), "ordering key: 1025 bytes"),
                Arguments.of(message().orderingKey("k\uDC00").build(), "ordering key: is no Unicode text"),
                Arguments.of(message().payload(new byte[10_000_001]).build(), "message: 10000001 bytes"));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void whatPubSubDoesNotTakeIsToldAheadAndRefusedByName(Message message, String reason) {
        assertThat(PubSubMapping.losses(message)).anyMatch(loss -> loss.contains(reason));
        assertThatThrownBy(() -> PubSubMapping.map(message))
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining(reason)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pubsub://project",
                "pubsub://project/",
                "pubsub://project/topic/more",
                "pubsub:project/topic",
                "pubsub://project/topic?x=y",
                "pubsub://Project/topic"
            })
    void anAddressThatIsNoTopicIsExplained(String address) {
        assertThatThrownBy(() -> MessagePublishers.open(URI.create(address), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(address)
                .hasMessageContaining("pubsub://project/topic");
    }
}
