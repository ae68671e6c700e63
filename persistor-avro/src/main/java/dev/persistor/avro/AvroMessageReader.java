package dev.persistor.avro;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.GuardedContent;
import dev.persistor.core.format.InvalidRecordException;
import dev.persistor.core.format.LookAheadReader;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimitException;
import dev.persistor.core.format.StoredBytes;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.CaptureNames;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container file, one record at a time. Avro's own reader gives a block whole or not at all, and calls a file
 * that ends within one simply ended; this one gives each record that is there, and then says where the file is damaged. A record
 * without a valid message is reported and left out. If a record cannot be decoded, so is the rest of its block, since the next one cannot be
 * found.
 * Not thread-safe.
 */
final class AvroMessageReader extends LookAheadReader {

    /** Enough for what stands between two blocks. The blocks themselves are fetched past it. */
    private static final int FILE_BUFFER = 8 * 1024;

    /** The size of most blocks. */
    private static final int BLOCK_BUFFER = 64 * 1024;

    /** The first damage: where it is, and what. */
    private record Damage(String what, @Nullable Throwable cause) {}

    private final BlobInfo blob;
    private final ReadContext context;
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
    /** True if a block has begun that has not ended. */
    private boolean isOpen;

    private long index;
    private long messages;
    private @Nullable Damage first;
    private long damaged;

    private AvroMessageReader(
            BlobInfo blob,
            ReadContext context,
            StoredBytes stored,
            InputStream plain,
            BinaryInput file,
            ContainerHeader header,
            BlockCodec codec,
            RecordReader records) {
        this.blob = blob;
        this.context = context;
        this.stored = stored;
        this.plain = plain;
        this.file = file;
        this.header = header;
        this.codec = codec;
        this.records = records;
        this.block = new BlockBytes(file, 0);
        this.content = new BinaryInput(block, BLOCK_BUFFER, context, ReadLimit.PAYLOAD);
    }

    /**
     * Begins to read a file.
     *
     * @param names how Event Hubs Capture named its files
     * @throws FormatException if it is no Avro file, or one of records that are not known here
     */
    static MessageReader open(InputStream in, BlobInfo blob, ReadContext context, CaptureNames names) {
        if (blob.size() == 0 && Manifest.of(blob.metadata()).isEmpty()) {
            // Event Hubs Capture leaves such a file when nothing came in its window. Persistor writes none.
            return new NoMessages();
        }
        StoredBytes stored = new StoredBytes(in, blob.name());
        InputStream plain = stored;
        BinaryInput file = new BinaryInput(stored, FILE_BUFFER, context, ReadLimit.HEADER);
        try {
            // No Avro file begins as compressed ones do: one that does was compressed after it was written.
            plain = Compression.decompress(stored, context);
            file = new BinaryInput(plain, FILE_BUFFER, context, ReadLimit.HEADER);
            ContainerHeader header = ContainerHeader.read(file, blob.name());
            RecordReader records = records(header, blob.name(), context, names);
            BlockCodec codec = BlockCodec.named(header.codec(), context.limits().of(ReadLimit.WINDOW), blob.name());
            return new AvroMessageReader(blob, context, stored, plain, file, header, codec, records);
        } catch (IOException e) {
            return new FailedReader(new FormatException(
                    blob.name() + " is damaged in its header, before byte " + file.position() + ": "
                            + reason(e, stored, file) + "; none of its messages can be read",
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

    private static RecordReader records(ContainerHeader header, BlobName blob, ReadContext context, CaptureNames names)
            throws DamagedException {
        Schema schema = header.schema(context);
        String name = schema.getType() == Schema.Type.RECORD ? schema.getFullName() : "no record";
        return switch (name) {
            case ExportSchema.WITH_METADATA -> ExportRecords.of(schema, header, blob, context.limits());
            case ExportSchema.WITHOUT_METADATA -> PayloadRecords.of(schema, blob);
            case CaptureRecords.NAME -> CaptureRecords.of(schema, blob, names);
            case DataphosRecords.NAME -> DataphosRecords.of(schema, blob);
            default -> {
                if (DataflowRecords.NAMES.contains(name)) {
                    yield DataflowRecords.of(schema, blob);
                }
                throw foreign(schema, blob);
            }
        };
    }

    private static FormatException foreign(Schema schema, BlobName blob) {
        return FormatException.foreign(blob + " holds Avro data of the schema " + schema.getFullName()
                + ", which is not a known message schema; known schemas are "
                + String.join(
                        ", ",
                        ExportSchema.WITH_METADATA,
                        ExportSchema.WITHOUT_METADATA,
                        CaptureRecords.NAME,
                        DataphosRecords.NAME,
                        DataflowRecords.NAME));
    }

    @Override
    protected @Nullable Message readNext() {
        Message message = null;
        while (message == null && (left > 0 || beginsBlock())) {
            message = readRecord();
        }
        if (message == null) {
            requireWhole();
        }
        return message;
    }

    /** Reads the block's next record. Returns null if it is no message. If the next record cannot be found, the rest of the block is skipped. */
    private @Nullable Message readRecord() {
        left--;
        content.beginRecord();
        try {
            Message message = records.read(content, index++);
            messages++;
            return message;
        } catch (InvalidRecordException e) {
            noteInBlock(e);
        } catch (IOException e) {
            noteInBlock(e);
            index += left;
            skipToMarker();
        }
        return null;
    }

    /** Goes to the next block that has messages; false where there is none. */
    private boolean beginsBlock() {
        while (left == 0) {
            try {
                endBlock();
                if (file.ended()) {
                    return false;
                }
                beginBlock();
            } catch (IOException e) {
                noteInBlock(e);
                skipToMarker();
            }
        }
        return true;
    }

    private void beginBlock() throws IOException {
        blockBegan = file.position();
        blocks++;
        long count = file.readLong();
        long size = file.readLong();
        if (count < 0 || size < 0) {
            throw new DamagedException("it claims " + count + " messages in " + size + " bytes");
        }
        context.limits().check(ReadLimit.BLOCK, size);
        block = new BlockBytes(file, size);
        isOpen = true;
        content.reset(GuardedContent.ofBlock(codec.open(block), block::taken, context.limits()));
        left = count;
    }

    /** Goes behind the block's marker. */
    private void endBlock() throws IOException {
        if (!isOpen) {
            return;
        }
        isOpen = false;
        boolean goesOn = !content.ended();
        block.skipRest();
        if (!header.isMarker(file.readBytes(DataFileConstants.SYNC_SIZE))) {
            throw new DamagedException("the file's marker does not follow it");
        }
        if (goesOn) {
            noteInBlock(new DamagedException("it continues after the number of messages that it claims"));
        }
    }

    /** Goes behind the next marker. The size that a damaged block states is not believed, since it may be what is damaged. */
    private void skipToMarker() {
        isOpen = false;
        left = 0;
        try {
            header.skipPastMarker(file);
        } catch (IOException e) {
            noteInBlock(e);
        }
    }

    private void noteInBlock(IOException e) {
        note(
                "in block " + blocks + ", which begins at byte " + blockBegan + ": " + reason(e, stored, file),
                cause(e, stored));
    }

    private void note(String what, Throwable cause) {
        damaged++;
        if (first == null) {
            first = new Damage(what, cause);
        }
    }

    private void requireWhole() {
        if (first != null) {
            throw new FormatException(
                    blob.name() + " is damaged " + first.what + ". Whole messages: " + messages
                            + (damaged > 1 ? ". Damaged places: " + damaged : ""),
                    first.cause);
        }
        BlobStoreException damage = stored.damage();
        if (damage != null) {
            throw new FormatException(
                    blob.name() + " is damaged somewhere before its end at byte " + file.position() + ", and the "
                            + messages + " messages that were read may differ from those written: "
                            + damage.getMessage(),
                    damage);
        }
        Manifest.of(blob.metadata())
                .filter(manifest -> manifest.count() != messages)
                .ifPresent(manifest -> {
                    throw new FormatException(
                            blob.name() + " ends at byte " + file.position() + ", after block " + blocks + ", with "
                                    + messages + " messages instead of the expected " + manifest.count(),
                            null);
                });
    }

    private static String reason(IOException e, StoredBytes stored, BinaryInput file) {
        if (e instanceof DamagedException || e instanceof InvalidRecordException || e instanceof ReadLimitException) {
            return String.valueOf(e.getMessage());
        }
        return stored.ended() && file.isEmpty()
                ? "the blob ends within it"
                : "its content is truncated or not correctly compressed";
    }

    /** The store's report of a truncated blob is more precise than the place where the reader missed its rest. */
    private static Throwable cause(IOException e, StoredBytes stored) {
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
