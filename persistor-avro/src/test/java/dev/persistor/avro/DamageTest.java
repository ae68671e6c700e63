package dev.persistor.avro;

import static dev.persistor.avro.AvroFiles.NAME;
import static dev.persistor.avro.AvroFiles.blob;
import static dev.persistor.avro.AvroFiles.messages;
import static dev.persistor.avro.AvroFiles.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.avro.AvroFiles.Reading;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.testkit.MessageGenerator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DamageTest {

    private static final int MARKER = 16;

    private static List<Message> few() {
        MessageGenerator generator = new MessageGenerator(3);
        return Stream.generate(() -> generator.next(generator.bytes(20)))
                .limit(6)
                .toList();
    }

    /** Messages of 40 000 bytes, of which two make a block. */
    private static List<Message> large(int count) {
        MessageGenerator generator = new MessageGenerator(4);
        return Stream.generate(() -> generator.next(generator.bytes(40_000)))
                .limit(count)
                .toList();
    }

    private static BlobInfo withoutChecksum(Blob blob, long size) {
        return BlobInfo.withoutChecksum(blob.name(), size, blob.contentType(), blob.metadata());
    }

    private static BlobInfo withoutAnything(long size) {
        return BlobInfo.withoutChecksum(NAME, size, "application/octet-stream", BlobMetadata.empty());
    }

    /** Where each record of a file of one uncompressed block ends. */
    private static List<Long> ends(List<Message> messages, long fileSize) {
        List<Long> ends = new ArrayList<>();
        long end = fileSize - MARKER;
        for (int i = messages.size() - 1; i >= 0; i--) {
            ends.add(0, end);
            end -= sizeOf(messages.get(i));
        }
        return ends;
    }

    private static int sizeOf(Message message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new ExportWriter().write(message, encoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.size();
    }

    @Nested
    class Torn {

        @Test
        void aFileTornAnywhereGivesEachMessageThatIsWholeAndThenFailsOnce() {
            List<Message> messages = few();
            Blob blob = blob(Compression.NONE, messages);
            byte[] content = blob.contentBytes();
            List<Long> ends = ends(messages, content.length);
            for (int size = 0; size < content.length; size++) {
                int torn = size;
                int whole = (int) ends.stream().filter(end -> end <= torn).count();
                byte[] there = Arrays.copyOf(content, size);

                for (BlobInfo info : List.of(
                        BlobInfo.of(blob), withoutChecksum(blob, content.length), withoutChecksum(blob, size))) {
                    Reading reading = read(info, there);
                    assertThat(reading.messages()).as("torn at %d", size).isEqualTo(messages.subList(0, whole));
                    assertThat(reading.failure()).as("torn at %d", size).hasMessageStartingWith(NAME + " ");
                }
            }
        }

        @ParameterizedTest
        @EnumSource(
                value = Compression.class,
                names = {"GZIP", "ZSTD"})
        void aCompressedFileTornAnywhereFailsOnceAndGivesNoOtherMessages(Compression compression) {
            List<Message> messages = few();
            Blob blob = blob(compression, messages);
            byte[] content = blob.contentBytes();
            for (int size = 0; size < content.length; size++) {
                Reading reading = read(BlobInfo.of(blob), Arrays.copyOf(content, size));
                assertThat(messages.subList(0, reading.messages().size())).isEqualTo(reading.messages());
                assertThat(reading.failure()).as("torn at %d", size).isNotNull();
            }
        }

        @ParameterizedTest
        @EnumSource(Compression.class)
        void theBlocksBeforeTheTornOneAreWhole(Compression compression) {
            List<Message> messages = large(9);
            Blob blob = blob(compression, messages);
            byte[] content = blob.contentBytes();
            Reading reading = read(BlobInfo.of(blob), Arrays.copyOf(content, content.length - 50_000));
            // Blocks of two, of which the fifth is one alone, and a part of the fourth is missing.
            assertThat(reading.messages())
                    .hasSizeBetween(6, 7)
                    .isEqualTo(messages.subList(0, reading.messages().size()));
            assertThat(reading.failure())
                    .hasMessageContaining("is damaged in block 4, which begins at byte ")
                    .hasMessageContaining(": the blob ends within it. Whole messages: "
                            + reading.messages().size())
                    .cause()
                    .isInstanceOf(BlobStoreException.class);
        }

        @Test
        void aTornBlockOfDeflateGivesWhatThereIsOfIt() {
            MessageGenerator generator = new MessageGenerator(5);
            List<Message> messages = Stream.generate(() -> generator.next(generator.bytes(1_000)))
                    .limit(50)
                    .toList();
            Blob blob = blob(Compression.GZIP, messages);
            byte[] content = blob.contentBytes();
            Reading reading = read(BlobInfo.of(blob), Arrays.copyOf(content, content.length / 2));
            assertThat(reading.messages())
                    .hasSizeGreaterThan(15)
                    .isEqualTo(messages.subList(0, reading.messages().size()));
        }

        @Test
        void aFileThatEndsBetweenTwoBlocksIsFoundByItsManifest() {
            List<Message> messages = large(4);
            Blob blob = blob(Compression.NONE, messages);
            byte[] content = blob.contentBytes();
            int size = content.length - endOfFile(messages.subList(2, 4));
            byte[] there = Arrays.copyOf(content, size);

            Reading reading = read(withoutChecksum(blob, size), there);
            assertThat(reading.messages()).isEqualTo(messages.subList(0, 2));
            assertThat(reading.failure())
                    .hasMessage(NAME + " ends at byte " + size
                            + ", after block 1, with 2 messages instead of the expected 4");
            // Nothing tells that a file of another program was longer.
            assertThat(read(withoutAnything(size), there).failure()).isNull();
        }

        private int endOfFile(List<Message> block) {
            int size = block.stream().mapToInt(DamageTest::sizeOf).sum();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(head, null);
            try {
                encoder.writeLong(block.size());
                encoder.writeLong(size);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return head.size() + size + MARKER;
        }
    }

    @Nested
    class InTheMiddle {

        /** Four blocks of two messages each. */
        private final List<Message> messages = large(8);

        private Reading readWith(Compression compression, int block, int offset, int change) {
            byte[] content = blob(compression, messages).contentBytes();
            content[startOf(content, block) + offset] ^= (byte) change;
            return read(withoutAnything(content.length), content);
        }

        /** Where a block begins: behind a marker, of which the first ends the header. */
        private int startOf(byte[] content, int block) {
            byte[] marker = Arrays.copyOfRange(content, content.length - MARKER, content.length);
            int at = 0;
            for (int found = 0; found < block; found++) {
                at = indexOf(content, marker, at) + MARKER;
            }
            return at;
        }

        private int indexOf(byte[] content, byte[] marker, int from) {
            int at = from;
            while (!Arrays.equals(content, at, at + MARKER, marker, 0, MARKER)) {
                at++;
            }
            return at;
        }

        private List<Message> withoutTheSecondBlock() {
            return Stream.concat(messages.subList(0, 2).stream(), messages.subList(4, 8).stream())
                    .toList();
        }

        @ParameterizedTest
        @EnumSource(Compression.class)
        void aBlockThatCannotBeReadCostsNoOther(Compression compression) {
            // Behind count and size: the record's first length, or the compressed stream's first bytes.
            Reading reading = readWith(compression, 2, 4, 0x7F);
            assertThat(reading.messages()).isEqualTo(withoutTheSecondBlock());
            assertThat(reading.failure())
                    .hasMessageContaining("is damaged in block 2, which begins at byte ")
                    .hasMessageContaining(". Whole messages: 6");
        }

        @ParameterizedTest
        @EnumSource(Compression.class)
        void aBlockThatDoesNotSayWhereItEndsEndsAtTheNextMarker(Compression compression) {
            Reading reading = readWith(compression, 2, 1, 0x7E);
            assertThat(reading.messages()).containsAll(messages.subList(4, 8)).containsAll(messages.subList(0, 2));
            assertThat(reading.failure()).hasMessageContaining("is damaged in block 2, which begins at byte ");
        }

        @Test
        void aMarkerThatIsNotTheFilesCostsAtMostTheNextBlock() {
            byte[] content = blob(Compression.NONE, messages).contentBytes();
            content[startOf(content, 3) - 1] ^= 1;
            Reading reading = read(withoutAnything(content.length), content);
            assertThat(reading.messages()).containsAll(messages.subList(0, 4)).containsAll(messages.subList(6, 8));
            assertThat(reading.failure()).hasMessageContaining("the file's marker does not follow it");
        }
    }

    @Nested
    class Flipped {

        @ParameterizedTest
        @EnumSource(Compression.class)
        void noFlippedBitIsOverlookedWhereThereIsAChecksum(Compression compression) {
            Blob blob = blob(compression, few());
            forEachFlippedBit(
                    blob.contentBytes(),
                    (content, bit) -> assertThat(failureOf(BlobInfo.of(blob), content))
                            .as("bit %d", bit)
                            .isNotNull());
        }

        @ParameterizedTest
        @EnumSource(Compression.class)
        void noFlippedBitBreaksTheReaderWhereThereIsNoChecksum(Compression compression) {
            Blob blob = blob(compression, few());
            forEachFlippedBit(
                    blob.contentBytes(), (content, bit) -> failureOf(withoutAnything(content.length), content));
        }

        /** A damaged length must not be believed: a machine of two gigabytes could not even try. */
        @Test
        void forAPayloadOfAnAlleged2GigabytesNoRoomIsMade() {
            Blob blob = blob(Compression.NONE, few());
            byte[] content = blob.contentBytes();
            int length = (int) (ends(few(), content.length).get(1) - 20 - 1);
            byte[] huge = {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.write(content, 0, length);
            changed.writeBytes(huge);
            changed.write(content, length + 1, content.length - length - 1);
            Reading reading = read(withoutAnything(changed.size()), changed.toByteArray());
            assertThat(reading.messages()).containsExactly(few().get(0));
            assertThat(reading.failure()).hasMessageContaining("is damaged in block 1");
        }

        @Test
        void aMarkerThatIsNotTheFilesIsDamageBehindWholeMessages() {
            byte[] content = blob(Compression.NONE, few()).contentBytes();
            content[content.length - 1] ^= 1;
            Reading reading = read(withoutAnything(content.length), content);
            assertThat(reading.messages()).isEqualTo(few());
            assertThat(reading.failure()).hasMessageContaining("the file's marker does not follow it");
        }

        private void forEachFlippedBit(byte[] content, FlippedBit check) {
            // One of each byte's, and of each eight bytes all of them.
            for (int bit = 0; bit < content.length * Byte.SIZE; bit += Byte.SIZE + 1) {
                byte[] flipped = content.clone();
                flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
                check.accept(flipped, bit);
            }
        }

        private interface FlippedBit {
            void accept(byte[] content, int bit);
        }

        private @Nullable FormatException failureOf(BlobInfo info, byte[] content) {
            try {
                return read(info, content).failure();
            } catch (FormatException e) {
                // It does not even begin like the format any more.
                return e;
            }
        }
    }

    @Nested
    class Store {

        @Test
        void aFailureThatAnotherTryMayMendPassesThroughAndStays() throws IOException {
            byte[] content = blob(Compression.NONE, large(9)).contentBytes();
            InputStream broken = new FilterInputStream(new ByteArrayInputStream(content, 0, content.length / 2)) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int read = super.read(bytes, offset, length);
                    if (read < 0) {
                        throw new IOException("connection reset");
                    }
                    return read;
                }
            };
            try (MessageReader reader =
                    new AvroFormat(Compression.NONE).decoder(broken, withoutAnything(content.length))) {
                List<Message> read = new ArrayList<>();
                for (int tries = 0; tries < 2; tries++) {
                    assertThatThrownBy(() -> reader.forEachRemaining(read::add))
                            .isInstanceOf(BlobStoreException.class)
                            .hasMessageContaining("connection reset")
                            .matches(e -> ((BlobStoreException) e).isRetryable());
                }
                assertThat(read).hasSizeBetween(3, 4).isEqualTo(large(9).subList(0, read.size()));
            }
        }

        @Test
        void aChecksumThatDiffersIsFoundAtTheEnd() {
            Blob blob = blob(Compression.NONE, few());
            byte[] content = blob.contentBytes();
            content[content.length - MARKER - 1] ^= 1;
            Reading reading = read(BlobInfo.of(blob), content);
            assertThat(reading.messages()).hasSize(6);
            assertThat(reading.failure())
                    .hasMessageContaining("is damaged somewhere before its end at byte " + content.length
                            + ", and the 6 messages that were read may differ from those written")
                    .cause()
                    .isInstanceOf(BlobStoreException.class);
        }

        @Test
        void nothingIsReadThatNobodyHasAskedFor() throws IOException {
            byte[] content = blob(Compression.NONE, large(100)).contentBytes();
            AtomicLong sent = new AtomicLong();
            InputStream counted = new FilterInputStream(new ByteArrayInputStream(content)) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int read = super.read(bytes, offset, length);
                    sent.addAndGet(Math.max(read, 0));
                    return read;
                }
            };
            try (MessageReader reader =
                    new AvroFormat(Compression.NONE).decoder(counted, withoutAnything(content.length))) {
                for (int i = 1; i <= 100; i++) {
                    reader.next();
                    assertThat(sent.get()).isLessThan(i * 41_000L + 140_000);
                }
                assertThat(reader.hasNext()).isFalse();
                assertThat(sent.get()).isEqualTo(content.length);
            }
        }
    }

    @Test
    void messagesComeBackEqualWhenTheStoreSendsOneByteAtATime() throws IOException {
        List<Message> messages = messages(6, 20);
        Blob blob = blob(Compression.GZIP, messages);
        InputStream slow = new FilterInputStream(new ByteArrayInputStream(blob.contentBytes())) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return super.read(bytes, offset, Math.min(length, 1));
            }
        };
        try (MessageReader reader = new AvroFormat(Compression.NONE).decoder(slow, BlobInfo.of(blob))) {
            assertThat(reader).toIterable().isEqualTo(messages);
        }
    }
}
