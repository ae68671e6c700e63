package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.message.PositionRange;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {

    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8192);
    private static final Instant TIME = Instant.parse("2026-01-31T02:10:00Z");

    private static Message.Builder message(String id) {
        return Message.builder().id(id).source("orders").publishTime(TIME);
    }

    private static Map<String, String> metadata(Message... messages) {
        return Manifest.metadata("jsonl", List.of(messages), LIMITS).asMap();
    }

    private static String digest(Message... messages) {
        return Manifest.of(List.of(messages)).digest();
    }

    @Test
    void whatIsWrittenIsReadBack() {
        List<Message> messages = List.of(
                message("1").publishTime(TIME.plusNanos(5)).build(),
                message("2").publishTime(TIME.minusSeconds(1)).build(),
                message("3").publishTime(TIME).build());
        Manifest manifest = Manifest.of(messages);
        assertThat(manifest.count()).isEqualTo(3);
        assertThat(manifest.firstPublishTime()).isEqualTo(TIME.minusSeconds(1));
        assertThat(manifest.lastPublishTime()).isEqualTo(TIME.plusNanos(5));
        assertThat(manifest.digest()).matches("[0-9a-f]{32}");
        assertThat(Manifest.of(Manifest.metadata("jsonl", messages, LIMITS))).contains(manifest);
    }

    @Test
    void theDigestTellsIdsSourcesAndTheirOrderApart() {
        Message one = message("1").build();
        Message two = message("2").build();
        assertThat(digest(one, two)).isEqualTo(digest(one, two)).isNotEqualTo(digest(two, one));
        assertThat(digest(one)).isNotEqualTo(digest(one, one));
        assertThat(digest(message("1").source("other").build())).isNotEqualTo(digest(one));
        assertThat(digest(message("23").source("1").build()))
                .isNotEqualTo(digest(message("3").source("12").build()));
        assertThat(digest(message("\uD800").build()))
                .isNotEqualTo(digest(message("\uD801").build()));
    }

    @Test
    void theSourceIsThereWhenAllMessagesHaveTheSame() {
        assertThat(metadata(message("1").build(), message("2").build())).containsEntry("persistor-source", "orders");
        assertThat(metadata(message("1").build(), message("2").source("b").build()))
                .doesNotContainKey("persistor-source");
    }

    @Test
    void offsetsAreThereWhenAllMessagesAreOfOnePartition() {
        Message first = message("1").position(new Position("0", 9)).build();
        Message second =
                message("2").position(new Position("0", Long.MAX_VALUE)).build();
        Message third = message("3").position(new Position("0", 7)).build();
        assertThat(metadata(first, second, third))
                .containsEntry("persistor-partition", "0")
                .containsEntry("persistor-first-offset", "7")
                .containsEntry("persistor-last-offset", "9223372036854775807");
        assertThat(metadata(first, message("4").build())).doesNotContainKey("persistor-first-offset");
        assertThat(metadata(first, message("4").position(new Position("1", 10)).build()))
                .doesNotContainKeys("persistor-partition", "persistor-first-offset", "persistor-last-offset");
    }

    @Test
    void theLogIsThereWhenAllMessagesAreOfIt() {
        Message old = message("1").position(new Position("old", "0", 9)).build();
        Message next = message("2").position(new Position("old", "0", 10)).build();
        Message other = message("2").position(new Position("new", "0", 10)).build();
        assertThat(metadata(old, next))
                .containsEntry("persistor-log", "old")
                .containsEntry("persistor-last-offset", "10");
        assertThat(metadata(old, other)).doesNotContainKeys("persistor-log", "persistor-partition");
        assertThat(Manifest.offsets(BlobMetadata.of(metadata(old, next))))
                .contains(new PositionRange("old", "0", 9, 10));
        assertThat(Manifest.of(List.of(old)).digest())
                .isNotEqualTo(Manifest.of(List.of(message("1").build())).digest());
    }

    @Test
    void whatHasNoRoomIsLeftOutAndTheManifestStays() {
        Message message = message("1")
                .source("s".repeat(500))
                .position(new Position("0", 1))
                .build();
        BlobMetadata narrow = Manifest.metadata("jsonl", List.of(message), new BlobLimits(1024, 1024, 400));
        assertThat(narrow.encodedSize()).isLessThanOrEqualTo(400);
        assertThat(narrow.asMap()).doesNotContainKeys("persistor-source", "persistor-partition");
        assertThat(Manifest.of(narrow)).contains(Manifest.of(List.of(message)));
    }

    @Test
    void otherBlobsHaveNone() {
        assertThat(Manifest.of(BlobMetadata.empty())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"persistor-count", "persistor-first-publish-time", "persistor-last-publish-time"})
    void oneThatCannotBeReadIsNone(String key) {
        Map<String, String> damaged = new TreeMap<>(metadata(message("1").build()));
        damaged.put(key, "x");
        assertThat(Manifest.of(BlobMetadata.of(damaged))).isEmpty();
    }
}
