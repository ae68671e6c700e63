package dev.persistor.avro;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** Writes a container file of the export's schema. Not thread-safe. */
final class AvroMessageEncoder implements MessageEncoder {

    private static final int MARKER_BYTES = 16;

    private final OutputStream out;
    private final CodecFactory codec;
    private @Nullable DataFileWriter<Message> file;
    private boolean closed;

    AvroMessageEncoder(OutputStream out, Compression compression) {
        this.out = out;
        this.codec = switch (compression) {
            case NONE -> CodecFactory.nullCodec();
            case GZIP -> CodecFactory.deflateCodec(CodecFactory.DEFAULT_DEFLATE_LEVEL);
            // With a checksum a block, which is not the library's default, no damaged one passes for whole.
            case ZSTD -> CodecFactory.zstandardCodec(CodecFactory.DEFAULT_ZSTANDARD_LEVEL, true);
        };
    }

    @Override
    public void write(Message message) throws IOException {
        if (closed) {
            throw new IllegalStateException("the file is already complete");
        }
        if (file == null) {
            file = begin(marker(message));
        }
        file.append(message);
    }

    /** Ends the file, which without a message is one of no blocks. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        DataFileWriter<Message> begun = file == null ? begin(new Digest()) : file;
        // Not its close, which would close the stream.
        begun.flush();
    }

    private DataFileWriter<Message> begin(Digest marker) throws IOException {
        return new DataFileWriter<>(new ExportWriter())
                .setCodec(codec)
                // Its own encoder hands each number to a synchronized stream.
                .setEncoder(block -> EncoderFactory.get().binaryEncoder(block, null))
                .setMeta(ReservedEntry.NAME, ReservedEntry.VERSION)
                .create(ExportSchema.schema(), out, HexFormat.of().parseHex(marker.hex(MARKER_BYTES)));
    }

    /**
     * What the marker between the file's blocks is made of. Avro's own is random, but the same messages must become the
     * same bytes. It should not be in a payload either, where programs that split a file look for it: the broker's id and
     * time are nothing that a sender can foresee.
     */
    private static Digest marker(Message first) {
        return new Digest()
                .add(first.source())
                .add(first.id())
                .add(first.publishTime().toString());
    }
}
