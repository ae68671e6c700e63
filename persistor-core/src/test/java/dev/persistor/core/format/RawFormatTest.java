package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RawFormatTest {

    private static final BlobName NAME = BlobName.of("a/b.bin");
    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8192);

    private final RawFormat format = new RawFormat();
    private final BlobStore store = BlobStore.over(new MemoryDriver());

    private static Message.Builder message() {
        return Message.builder().id("1").source("orders").publishTime(Instant.parse("2026-01-31T00:00:00.000001Z"));
    }

    private static Message everything() {
        byte[] payload = new byte[256];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) i;
        }
        return message()
                .id(" id é\uD800\n")
                .payload(payload)
                .orderingKey("key/1")
                .position(new Position("7", Long.MAX_VALUE))
                .deliveryAttempt(3)
                .attributes(Attributes.builder()
                        .add("text", "5")
                        .add("int", AttributeValue.of(5))
                        .add("long", AttributeValue.of(5L))
                        .add("float", AttributeValue.of(Float.NaN))
                        .add("double", AttributeValue.of(-0.0))
                        .add("decimal", AttributeValue.of(new BigDecimal("1.500")))
                        .add("bool", AttributeValue.of(true))
                        .add("time", AttributeValue.of(Instant.EPOCH))
                        .add("span", AttributeValue.of(Duration.ofMillis(1)))
                        .add("uuid", AttributeValue.of(new UUID(1, 2)))
                        .add("bytes", AttributeValue.of(new byte[] {-1, 0, 1}))
                        .add("json", AttributeValue.ofJson("{\"a\": 1.0}"))
                        .add("null", AttributeValue.ofNull())
                        .add("", "")
                        .add("text", "again")
                        .add("\uD83D\n\"\\", "\uDE00é 😀")
                        .build())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.CONTENT_TYPE, "text/plain")
                        .build())
                .build();
    }

    private Message roundTrip(Message message, BlobLimits limits) {
        List<Blob> blobs = format.encode(NAME, List.of(message), limits);
        blobs.forEach(store::put);
        try (OpenBlob blob = store.open(NAME)) {
            return format.decode(blob, store);
        }
    }

    @Test
    void aMessageComesBackWithEveryByteAndEveryType() {
        Message back = roundTrip(everything(), LIMITS);
        assertThat(back).isEqualTo(everything());
        assertThat(back.deliveryAttempt()).hasValue(3);
        assertThat(store.list("")).hasSize(1);
    }

    @Test
    void aMessageWithNothingButItsNameComesBack() {
        assertThat(roundTrip(message().build(), LIMITS)).isEqualTo(message().build());
    }

    @Test
    void theContentIsThePayloadAndNothingElse() {
        List<Blob> blobs = format.encode(NAME, List.of(everything()), LIMITS);
        assertThat(blobs).hasSize(1);
        assertThat(blobs.get(0).content()).isEqualTo(everything().payload());
    }

    @Test
    void theChecksumIsThatOfTheContentWithAndWithoutASidecar() {
        for (BlobLimits limits : List.of(LIMITS, new BlobLimits(1024, 1024, 600))) {
            for (Blob blob : format.encode(NAME, List.of(everything()), limits)) {
                assertThat(blob.crc32c()).isEqualTo(Blob.checksum(blob.content()));
            }
        }
    }

    @Test
    void attributesBeyondTheStoresLimitGoToASidecarThatIsWrittenFirst() {
        Message message = everything().toBuilder()
                .id("i".repeat(5_000))
                .attributes(Attributes.builder().add("long", "x".repeat(9_000)).build())
                .build();
        List<Blob> blobs = format.encode(NAME, List.of(message), LIMITS);

        assertThat(blobs).extracting(blob -> blob.name().value()).containsExactly("a/b.bin.attributes.json", "a/b.bin");
        assertThat(blobs).allMatch(blob -> blob.metadata().encodedSize() <= 8192);
        assertThat(roundTrip(message, LIMITS)).isEqualTo(message);
    }

    @Test
    void theDigestOfTheContentIsInTheMetadataWithAndWithoutASidecar() {
        String digest = ContentDigest.of(everything());
        Blob alone = format.encode(NAME, List.of(everything()), LIMITS).get(0);
        assertThat(alone.metadata().get("persistor-digest")).hasValue(digest);

        List<Blob> both = format.encode(NAME, List.of(everything()), new BlobLimits(1024, 1024, 600));
        assertThat(both).hasSize(2);
        assertThat(both.get(0).metadata().get("persistor-sidecar-of")).hasValue(digest);
        assertThat(both.get(0).metadata().get("persistor-digest")).isEmpty();
        assertThat(both.get(1).metadata().get("persistor-digest")).hasValue(digest);
        assertThat(both.get(1).metadata().get("persistor-sidecar-of")).isEmpty();
    }

    @Test
    void redeliveriesWriteTheSameSidecar() {
        Message first = everything().toBuilder().deliveryAttempt(1).build();
        Message second = everything().toBuilder().deliveryAttempt(2).build();
        BlobLimits small = new BlobLimits(1024, 1024, 600);
        assertThat(format.encode(NAME, List.of(first), small).get(0).content())
                .isEqualTo(format.encode(NAME, List.of(second), small).get(0).content());
    }

    @Test
    void aSidecarIsNoMessage() {
        List<Blob> blobs = format.encode(NAME, List.of(everything()), new BlobLimits(1024, 1024, 600));
        blobs.forEach(store::put);
        assertThat(store.list("").filter(format::holdsMessages).map(info -> info.name()))
                .containsExactly(NAME);
    }

    @Test
    void aMissingSidecarIsNamed() {
        List<Blob> blobs = format.encode(NAME, List.of(everything()), new BlobLimits(1024, 1024, 600));
        store.put(blobs.get(1));
        assertDamaged("a/b.bin is damaged: its sidecar a/b.bin.attributes.json does not exist");
    }

    @Test
    void aForeignBlobIsNamed() {
        store.put(Blob.of(NAME, new byte[0], "text/plain", BlobMetadata.empty()));
        assertDamaged("a/b.bin is not a raw message: its persistor-format is missing");
    }

    @Test
    void damagedMetadataIsNamedByItsKey() {
        store.put(Blob.of(
                NAME,
                new byte[0],
                "t/t",
                BlobMetadata.of(Map.of(
                        "persistor-format",
                        "raw",
                        "persistor-id",
                        "1",
                        "persistor-source",
                        "s",
                        "persistor-publish-time",
                        "yesterday"))));
        assertDamaged("persistor-publish-time is not a valid time");
    }

    private void assertDamaged(String text) {
        try (OpenBlob blob = store.open(NAME)) {
            assertThatThrownBy(() -> format.decode(blob, store))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining(text);
        }
    }
}
