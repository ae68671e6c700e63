package dev.persistor.testkit.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HostedInvocationTest {

    private static final Instant TIME = Instant.parse("2026-01-31T02:10:00.123Z");

    private static <T extends TypedData> T metadata(HostedInvocation invocation, String name, Class<T> kind) {
        return kind.cast(Objects.requireNonNull(invocation.metadata().get(name), name));
    }

    private static String json(HostedInvocation invocation, String name) {
        return metadata(invocation, name, TypedData.Json.class).value();
    }

    private static List<String> texts(HostedInvocation invocation, String name) {
        return metadata(invocation, name, TypedData.TextList.class).values();
    }

    @Nested
    class OfEventHubs {

        private final HostedInvocation invocation = new EventHubsBatch("orders", "$Default", "3")
                .add(EventHubsBatch.event(new byte[] {1}, 41, "100", TIME)
                        .systemProperties(Map.of("x-opt-tag", new byte[] {-1})))
                .add(EventHubsBatch.event(new byte[0], 42, "5:200:1", TIME).partitionKey("key"))
                .toInvocation();

        @Test
        void theBatchKeepsItsBodiesAndNumbers() {
            assertThat(((TypedData.BytesList) invocation.data()).values()).containsExactly(new byte[] {1}, new byte[0]);
            assertThat(metadata(invocation, "SequenceNumberArray", TypedData.LongList.class)
                            .values())
                    .containsExactly(41L, 42L);
            assertThat(texts(invocation, "OffsetArray")).containsExactly("100", "-1");
            assertThat(texts(invocation, "OffsetStringArray")).containsExactly("100", "5:200:1");
        }

        @Test
        void aKeyThatIsNotThereMovesTheOthersUp() {
            assertThat(texts(invocation, "PartitionKeyArray")).containsExactly("key");
        }

        @Test
        void systemPropertiesAreThoseOfTheBrokerAndThoseGiven() throws IOException {
            Object all = JsonTree.read(json(invocation, "SystemPropertiesArray"));
            Map<String, Object> first = new HashMap<>(Map.of("x-opt-sequence-number", 41, "x-opt-offset", "100"));
            first.put("x-opt-enqueued-time", "2026-01-31T02:10:00.123Z");
            first.put("x-opt-tag", "/w==");
            first.putAll(Map.of("SequenceNumber", 41, "Offset", 100, "OffsetString", "100"));
            first.put("PartitionKey", null);
            first.put("EnqueuedTimeUtc", "2026-01-31T02:10:00.123");
            assertThat(all).asInstanceOf(LIST).first().isEqualTo(first);
            assertThat(all)
                    .asInstanceOf(LIST)
                    .last()
                    .asInstanceOf(MAP)
                    .containsEntry("Offset", -1)
                    .containsEntry("OffsetString", "5:200:1")
                    .containsEntry("x-opt-partition-key", "key");
        }
    }

    @Nested
    class OfServiceBus {

        private final ServiceBusBatch.Message full = ServiceBusBatch.message(new byte[] {2}, 7, TIME)
                .deliveryCount(3)
                .messageId("m")
                .sessionId("s")
                .correlationId("c")
                .subject("subject")
                .contentType("t/t")
                .replyTo("r")
                .replyToSessionId("rs")
                .to("to")
                .partitionKey("p")
                .deadLetterSource("d")
                .expiresAt(TIME)
                .applicationProperties(Map.of("a", 1L));
        private final ServiceBusBatch.Message bare = ServiceBusBatch.message(new byte[0], 6, TIME);

        @Test
        void theBatchHasEveryColumnWhetherItIsSetOrNot() {
            HostedInvocation invocation =
                    new ServiceBusBatch().add(bare).add(full).toInvocation();
            assertThat(invocation.metadata().keySet())
                    .containsExactlyInAnyOrder(
                            "DeliveryCountArray",
                            "DeadLetterSourceArray",
                            "LockTokenArray",
                            "ExpiresAtUtcArray",
                            "ExpiresAtArray",
                            "EnqueuedTimeUtcArray",
                            "EnqueuedTimeArray",
                            "MessageIdArray",
                            "ContentTypeArray",
                            "ReplyToArray",
                            "ToArray",
                            "SubjectArray",
                            "LabelArray",
                            "CorrelationIdArray",
                            "SessionIdArray",
                            "ReplyToSessionIdArray",
                            "PartitionKeyArray",
                            "TransactionPartitionKeyArray",
                            "SequenceNumberArray",
                            "ApplicationPropertiesArray",
                            "UserPropertiesArray");
            assertThat(texts(invocation, "TransactionPartitionKeyArray")).containsExactly("p");
        }

        @Test
        void theBatchHasTextsWithoutThoseThatAreNotThereAndJsonForTheRest() {
            HostedInvocation invocation =
                    new ServiceBusBatch().add(bare).add(full).toInvocation();
            assertThat(texts(invocation, "MessageIdArray")).containsExactly("m");
            assertThat(texts(invocation, "LabelArray")).containsExactly("subject");
            assertThat(json(invocation, "DeliveryCountArray")).isEqualTo("[1,3]");
            assertThat(json(invocation, "ExpiresAtUtcArray"))
                    .isEqualTo("[\"9999-12-31T23:59:59.9999999\",\"2026-01-31T02:10:00.123\"]");
            assertThat(json(invocation, "EnqueuedTimeArray"))
                    .isEqualTo("[\"2026-01-31T02:10:00.123+00:00\",\"2026-01-31T02:10:00.123+00:00\"]");
            assertThat(json(invocation, "ApplicationPropertiesArray")).isEqualTo("[{},{\"a\":1}]");
        }

        @Test
        void oneMessageHasWhatIsSetAndNothingElse() {
            assertThat(full.toInvocation().metadata())
                    .containsEntry("ReplyToSessionId", new TypedData.Text("rs"))
                    .containsEntry("SequenceNumber", new TypedData.Json("7"))
                    .containsEntry("EnqueuedTimeUtc", new TypedData.Json("\"2026-01-31T02:10:00.123\""));
            assertThat(bare.toInvocation().metadata().keySet())
                    .containsExactlyInAnyOrder(
                            "LockToken",
                            "DeliveryCount",
                            "ExpiresAtUtc",
                            "ExpiresAt",
                            "EnqueuedTimeUtc",
                            "EnqueuedTime",
                            "SequenceNumber",
                            "ApplicationProperties",
                            "UserProperties");
        }
    }

    @Nested
    class OfEventGrid {

        private static String rewritten(String json) {
            return ((TypedData.Text) HostedInvocation.eventGridEvent(json).data()).value();
        }

        @Test
        void theEventIsIndentedAndItsValuesAreRespelled() {
            assertThat(
                            rewritten(
                                    "{\"id\":\"\\u00e9\\/\",\"data\":{\"n\":[1,1.10,1e3,true,null],\"o\":{},\"l\":[]},\"id\":\"2\"}"))
                    .isEqualTo("""
                            {
                              "id": "2",
                              "data": {
                                "n": [
                                  1,
                                  1.1,
                                  1000.0,
                                  true,
                                  null
                                ],
                                "o": {},
                                "l": []
                              }
                            }""");
        }

        @Test
        void whatLooksLikeATimeIsOne() {
            assertThat(rewritten("{\"a\":[\"2026-01-31T02:10:00.100Z\",\"2026-01-31T02:10:00.000+02:00\","
                            + "\"2026-01-31T02:10:00\",\"2026-13-31T02:10:00Z\",\"2026-01-31T02:10:00.12345678Z\"]}"))
                    .isEqualTo("""
                            {
                              "a": [
                                "2026-01-31T02:10:00.1Z",
                                "2026-01-31T00:10:00+00:00",
                                "2026-01-31T02:10:00",
                                "2026-13-31T02:10:00Z",
                                "2026-01-31T02:10:00.12345678Z"
                              ]
                            }""");
        }

        @Test
        void anUnpairedSurrogateIsReplaced() {
            assertThat(rewritten("{\"\\ud800\":[\"\\udc00x\",{\"a\":\"\\ud83d\\ude00\\ud83d\"}]}"))
                    .contains("\"\uFFFD\": [", "\"\uFFFDx\"", "\"😀\uFFFD\"");
        }

        @Test
        void dataIsMetadataTooWhenThereIsAny() {
            assertThat(json(HostedInvocation.eventGridEvent("{\"data\": {\"a\": [1, 2]}}"), "data"))
                    .isEqualTo("{\"a\":[1,2]}");
            assertThat(HostedInvocation.eventGridEvent("{}").metadata()).isEmpty();
        }

        @Test
        void whatIsNoEventIsRefused() {
            assertThatThrownBy(() -> HostedInvocation.eventGridEvent("[]"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
