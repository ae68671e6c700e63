package dev.persistor.core.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of messages that want the same name. */
class BlobWriterTest {

    private @TempDir Path folder;

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final Counters counters = new Counters();

    private BlobWriter writer(BlobStore to, MessageFormat format) {
        return new BlobWriter(to, PathTemplate.DEFAULT, format, counters);
    }

    private static Message.Builder message() {
        return Message.builder()
                .id("1")
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T02:10:00Z"))
                .payload("payload".getBytes(StandardCharsets.UTF_8));
    }

    private static Attributes one(String name, String text) {
        return Attributes.builder().add(name, text).build();
    }

    /** Messages with one id, source and time, each of which differs from the others in its content. */
    private static List<Message> different() {
        return List.of(
                message().build(),
                message().payload("PAYLOAD".getBytes(StandardCharsets.UTF_8)).build(),
                message().payload(sameChecksumAsPayload()).build(),
                message().attributes(one("a", "1")).build(),
                message().attributes(one("a", "2")).build(),
                message().attributes(one("b", "1")).build(),
                message()
                        .attributes(Attributes.builder()
                                .add("a", AttributeValue.of(1))
                                .build())
                        .build(),
                message().attributes(one("a", "x".repeat(9_000))).build(),
                message().attributes(one("a", "y".repeat(9_000))).build(),
                message().orderingKey("k").build(),
                message()
                        .brokerProperties(one(BrokerProperties.CONTENT_TYPE, "text/plain"))
                        .build());
    }

    /** Seven other bytes with the CRC32C of "payload": the checksum is no secret, and such bytes are easy to find. */
    private static byte[] sameChecksumAsPayload() {
        return HexFormat.of().parseHex("811795696e6164");
    }

    private static List<MessageFormat> formats() {
        return List.of(new RawFormat(), new JsonLinesFormat(Compression.NONE), new JsonLinesFormat(Compression.GZIP));
    }

    private Message read(BlobName name) {
        try (OpenBlob open = store.open(name);
                MessageReader reader = MessageFormats.installed().read(open, store)) {
            Message message = reader.next();
            assertThat(reader.hasNext()).isFalse();
            return message;
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void eachOfManyDifferentMessagesWithOneNameIsStoredOnceAndComesBack(MessageFormat format) {
        BlobWriter writer = writer(store, format);
        List<Message> messages = different();
        List<BlobName> blobs = new ArrayList<>();
        for (Message message : messages) {
            Receipt receipt = writer.write(List.of(message));
            assertThat(receipt.result()).isEqualTo(PutResult.CREATED);
            assertThat(read(receipt.blob())).isEqualTo(message);
            blobs.add(receipt.blob());
        }
        assertThat(blobs).doesNotHaveDuplicates();
        assertThat(counters.collided()).isEqualTo(messages.size() - 1);

        for (int i = 0; i < messages.size(); i++) {
            Receipt again = writer.write(List.of(messages.get(i)));
            assertThat(again.result()).isEqualTo(PutResult.ALREADY_EXISTS);
            assertThat(again.blob()).isEqualTo(blobs.get(i));
            assertThat(read(again.blob())).isEqualTo(messages.get(i));
        }
    }

    @Test
    void theNameBesideATakenOneNeverChanges() {
        BlobWriter writer = writer(store, new RawFormat());
        Position position = new Position("log", "0", 3);
        writer.write(List.of(message().position(position).build()));
        Message second = message()
                .orderingKey("k")
                .position(position)
                .attributes(one("a", "1"))
                .brokerProperties(one(BrokerProperties.SUBJECT, "order"))
                .build();
        assertThat(writer.write(List.of(second)).blob().value())
                .isEqualTo("orders/2026/01/31/02/1-76c7f93e.bin.collision-24b23af36a06d345");
    }

    @Test
    void theLogIsPartOfTheNameSoThatMessagesOfTwoLogsDoNotCollide() {
        BlobWriter writer = writer(store, new RawFormat());
        List<Message> messages = List.of(
                message().position(new Position("log-1", "0", 3)).build(),
                message().position(new Position("log-2", "0", 3)).build(),
                message().position(new Position("0", 3)).build());
        List<Receipt> receipts =
                messages.stream().map(message -> writer.write(List.of(message))).toList();
        assertThat(receipts).extracting(Receipt::result).containsOnly(PutResult.CREATED);
        assertThat(counters.collided()).isZero();
        for (int i = 0; i < messages.size(); i++) {
            assertThat(writer.write(List.of(messages.get(i))))
                    .isEqualTo(new Receipt(receipts.get(i).blob(), 0, PutResult.ALREADY_EXISTS));
        }
    }

    private static Message delivery(int attempt, int attributeSize) {
        return message()
                .attributes(one("a", "x".repeat(attributeSize)))
                .deliveryAttempt(attempt)
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.SUBJECT, "order")
                        .add(BrokerProperties.EXPIRES_AT, "later".repeat(attempt))
                        .add(BrokerProperties.SUBSCRIPTION, "subscription-" + attempt)
                        .build())
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9_000, 1_100_000})
    void whatChangesFromOneDeliveryToTheNextMakesNoSecondBlob(int attributeSize) {
        BlobStore files = BlobStore.over(FileDriver.open(folder));
        for (BlobStore each : List.of(store, files)) {
            BlobWriter writer = writer(each, new RawFormat());
            writer.write(List.of(delivery(1, attributeSize)));
            List<BlobName> before = each.list("").map(BlobInfo::name).toList();
            for (int attempt = 2; attempt < 5; attempt++) {
                assertThat(writer.write(List.of(delivery(attempt, attributeSize)))
                                .result())
                        .isEqualTo(PutResult.ALREADY_EXISTS);
            }
            assertThat(each.list("").map(BlobInfo::name).toList()).isEqualTo(before);
        }
        assertThat(counters.collided()).isZero();
    }

    @Test
    void batchesThatDifferOnlyInWhatMayChangeNeverFailForAName() {
        BlobWriter writer = writer(store, new JsonLinesFormat(Compression.NONE));
        Set<BlobName> blobs = new HashSet<>();
        for (int attempt = 1; attempt < 6; attempt++) {
            blobs.add(writer.write(List.of(delivery(attempt, 1))).blob());
        }
        assertThat(blobs).hasSize(5);
        for (int attempt = 1; attempt < 6; attempt++) {
            assertThat(writer.write(List.of(delivery(attempt, 1))).result()).isEqualTo(PutResult.ALREADY_EXISTS);
        }
    }
}
