package dev.persistor.avro;

import dev.persistor.core.format.BatchFormat;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.naming.CaptureNames;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Many messages in one Avro object container file, of the schema that Pub/Sub's export to Cloud Storage writes with
 * metadata on. So readers and tables that were made for the export work on these files too. What a message has beyond
 * the schema's five fields is in one reserved entry of its attributes, which most messages of Pub/Sub do without.
 *
 * <p>Reads what it writes, both kinds of the export's files, and the files of Event Hubs Capture and of Dataphos; the schema
 * inside the file tells which. The file's blocks are compressed, not the file, so its extension is always {@code .avro}.
 * A file that was compressed later, into {@code .avro.gz} or {@code .avro.zst}, is read as if it were not.
 *
 * <p>Immutable.
 */
public final class AvroFormat extends BatchFormat {

    /** The name of this format in settings and metadata. */
    public static final String NAME = "avro";

    private static final String EXTENSION = ".avro";

    /** No type is registered for Avro's files. This one is under a registered tree, as {@code avro/binary} is not. */
    private static final String CONTENT_TYPE = "application/avro";

    private final Compression compression;

    /**
     * Makes the format.
     *
     * @param compression how the blocks of new files are compressed: by none of Avro's codecs, by {@code deflate} for
     *     {@link Compression#GZIP}, by {@code zstandard} for {@link Compression#ZSTD}, each at its default level
     * @throws IllegalArgumentException if a library for that is missing; the message says which
     */
    public AvroFormat(Compression compression) {
        this.compression = Objects.requireNonNull(compression, "compression");
        compression.requireAvailable();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String extension() {
        return EXTENSION;
    }

    @Override
    protected String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    protected boolean isNamedLikeThis(BlobName name) {
        return Stream.of(Compression.values()).anyMatch(each -> name.value().endsWith(EXTENSION + each.suffix()));
    }

    @Override
    protected long mostAdded(long payloads) {
        return 0;
    }

    @Override
    public MessageEncoder encoder(OutputStream out) {
        return new AvroMessageEncoder(out, compression);
    }

    @Override
    public MessageReader decoder(InputStream in, BlobInfo blob, ReadContext context) {
        return AvroMessageReader.open(in, blob, context, CaptureNames.DEFAULT);
    }
}
