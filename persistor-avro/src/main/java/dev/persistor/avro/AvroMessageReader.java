package dev.persistor.avro;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.LookAheadReader;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.StoredBytes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container file, one record at a time. Avro's own reader gives a block whole or not at all, and calls a file
 * that ends within one simply ended; this one gives each record that is there, and then says where the file is damaged.
 * Not thread-safe.
 */
final class AvroMessageReader extends LookAheadReader {

    /** Enough for what stands between two blocks. The blocks themselves are fetched past it. */
    private static final int FILE_BUFFER = 8 * 1024;

    /** The size of most blocks. */
    private static final int BLOCK_BUFFER = 64 * 1024;

    private final BlobInfo blob;
    private final StoredBytes stored;
    private final InputStream plain;
    private final BinaryInput file;
    private final ContainerHeader header;
    private final BlockCodec codec;
    private final RecordReader records;

    private BlockBytes block;
    private final BinaryInput content;
    private long blocks;
    private long blockBegan;
    private long left;

    private long messages;

    private AvroMessageReader(
            BlobInfo blob,
            StoredBytes stored,
            InputStream plain,
            BinaryInput file,
            ContainerHeader header,
            BlockCodec codec,
            RecordReader records) {
        this.blob = blob;
        this.stored = stored;
        this.plain = plain;
        this.file = file;
        this.header = header;
        this.codec = codec;
        this.records = records;
        this.block = new BlockBytes(file, 0);
        this.content = new BinaryInput(block, BLOCK_BUFFER);
    }

    /**
     * Begins to read a file.
     *
     * @throws FormatException if it is no Avro file, or one of records that are not known here
     */
    static MessageReader open(InputStream in, BlobInfo blob) {
        if (blob.size() == 0 && Manifest.of(blob.metadata()).isEmpty()) {
            // Event Hubs Capture leaves such a file when nothing came in its window. Persistor writes none.
            return new NoMessages();
        }
        StoredBytes stored = new StoredBytes(in, blob.name());
        InputStream plain = stored;
        BinaryInput file = new BinaryInput(stored, FILE_BUFFER);
        try {
            // No Avro file begins as compressed ones do: one that does was compressed after it was written.
            plain = Compression.decompress(stored);
            file = new BinaryInput(plain, FILE_BUFFER);
            ContainerHeader header = ContainerHeader.read(file, blob.name());
            RecordReader records = records(header, blob.name());
            BlockCodec codec = BlockCodec.named(header.codec(), blob.name());
            return new AvroMessageReader(blob, stored, plain, file, header, codec, records);
        } catch (IOException e) {
            return new FailedReader(new FormatException(
                    blob.name() + " is damaged in its header, before byte " + file.position() + ": "
                            + reason(e, stored, file) + "; no message of it can be read",
                    cause(e, stored)));
        }
    }

    /** Reads a file in which another program wrote nothing. */
    private static final class NoMessages extends LookAheadReader {
        @Override
        protected @Nullable Message readNext() {
            return null;
        }
    }

    private static RecordReader records(ContainerHeader header, BlobName blob) throws DamagedException {
        Schema schema = header.schema();
        String name = schema.getType() == Schema.Type.RECORD ? schema.getFullName() : "no record";
        return switch (name) {
            case ExportSchema.WITH_METADATA -> ExportRecords.of(schema, header, blob);
            case ExportSchema.WITHOUT_METADATA -> PayloadRecords.of(schema, blob);
            case CaptureRecords.NAME -> CaptureRecords.of(schema, blob);
            case DataphosRecords.NAME -> DataphosRecords.of(schema, blob);
            default ->
                throw FormatException.foreign(blob + " holds Avro data of the schema " + schema.getFullName()
                        + ", which is that of no messages known here; those are "
                        + String.join(
                                ", ",
                                ExportSchema.WITH_METADATA,
                                ExportSchema.WITHOUT_METADATA,
                                CaptureRecords.NAME,
                                DataphosRecords.NAME));
        };
    }

    @Override
    protected @Nullable Message readNext() {
        try {
            while (left == 0) {
                endBlock();
                if (file.ended()) {
                    requireWhole();
                    return null;
                }
                beginBlock();
            }
            Message message = records.read(content, messages);
            messages++;
            left--;
            return message;
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw damaged(e);
        }
    }

    private void beginBlock() throws IOException {
        blockBegan = file.position();
        blocks++;
        long count = file.readLong();
        long size = file.readLong();
        if (count < 0 || size < 0) {
            throw new DamagedException("it says that it has " + count + " messages in " + size + " bytes");
        }
        block = new BlockBytes(file, size);
        content.reset(codec.open(block));
        left = count;
    }

    private void endBlock() throws IOException {
        if (blocks == 0) {
            return;
        }
        if (!content.ended()) {
            throw new DamagedException("it goes on after as many messages as it says that it has");
        }
        block.skipRest();
        if (!header.isMarker(file.readBytes(DataFileConstants.SYNC_SIZE))) {
            throw new DamagedException("the file's marker is not behind it");
        }
    }

    private void requireWhole() {
        BlobStoreException damage = stored.damage();
        if (damage != null) {
            throw new FormatException(
                    blob.name() + " is damaged somewhere before its end at byte " + file.position() + ", and the "
                            + messages + " messages that were read may be others than were written: "
                            + damage.getMessage(),
                    damage);
        }
        Manifest.of(blob.metadata())
                .filter(manifest -> manifest.count() != messages)
                .ifPresent(manifest -> {
                    throw new FormatException(
                            blob.name() + " ends at byte " + file.position() + ", behind block " + blocks + ", with "
                                    + messages + " messages where its metadata says " + manifest.count(),
                            null);
                });
    }

    private FormatException damaged(Exception e) {
        return new FormatException(
                blob.name() + " is damaged in block " + blocks + ", which begins at byte " + blockBegan + ": "
                        + reason(e, stored, file) + "; " + messages + " whole messages come before that",
                cause(e, stored));
    }

    private static String reason(Exception e, StoredBytes stored, BinaryInput file) {
        if (e instanceof DamagedException) {
            return String.valueOf(e.getMessage());
        }
        if (!(e instanceof IOException)) {
            return "a record in it is no message";
        }
        return stored.ended() && file.isEmpty()
                ? "the blob ends within it"
                : "its content ends early, or is not compressed as it should be";
    }

    /** What the store says of a torn blob tells more than where the reader missed its rest. */
    private static Throwable cause(Exception e, StoredBytes stored) {
        BlobStoreException damage = stored.damage();
        return damage == null ? e : damage;
    }

    @Override
    public void close() {
        super.close();
        codec.close();
        try {
            plain.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing what reads " + blob.name() + " failed", e);
        }
    }
}
