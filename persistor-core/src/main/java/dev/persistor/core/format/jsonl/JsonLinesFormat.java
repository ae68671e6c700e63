package dev.persistor.core.format.jsonl;

import dev.persistor.core.format.BatchFormat;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormatProvider;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReceivedLines;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Many messages a blob, one JSON object a line: people and query engines read it as it is, and nothing of a message is
 * lost. {@code envelope.schema.json}, beside this class, describes the object.
 *
 * <p>A payload is readable text where it is UTF-8, and Base64 where it is not. Attributes are an object of texts; where
 * that is not all of them, since names are repeated or values are no texts, another field holds the entries with their
 * types. {@link dev.persistor.core.message.Message#deliveryAttempt()} is left out: a redelivery makes the same bytes.
 *
 * <p>Immutable.
 */
public final class JsonLinesFormat extends BatchFormat {

    /** The name of this format in settings and metadata. */
    public static final String NAME = "jsonl";

    private static final String EXTENSION = ".jsonl";

    private final Compression compression;

    /** Makes this format known to {@link dev.persistor.core.format.MessageFormats}. Immutable. */
    public static final class Provider implements MessageFormatProvider {

        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public MessageFormat format(Compression compression) {
            compression.requireAvailable();
            return new JsonLinesFormat(compression);
        }
    }

    /**
     * Returns the messages of sent lines. An archive is read as far as it can be understood; what is sent is not,
     * because its sender can still correct it: an unknown or repeated field is an error, and the source may be left out.
     *
     * @param content not copied
     * @param source what every message's source is
     * @param mostAttributes how many attributes and broker properties a message may have, each counted for itself
     */
    public static ReceivedLines received(byte[] content, int offset, int length, String source, int mostAttributes) {
        return new SentLines(content, offset, length, source, mostAttributes);
    }

    /** Makes the format; new blobs are compressed as told. */
    public JsonLinesFormat(Compression compression) {
        this.compression = Objects.requireNonNull(compression, "compression");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String extension() {
        return EXTENSION + compression.suffix();
    }

    @Override
    protected String contentType() {
        return switch (compression) {
            case NONE -> "application/x-ndjson";
            case GZIP -> "application/gzip";
            case ZSTD -> "application/zstd";
        };
    }

    @Override
    protected boolean isNamedLikeThis(BlobName name) {
        return Stream.of(Compression.values()).anyMatch(each -> name.value().endsWith(EXTENSION + each.suffix()));
    }

    /** Base64 adds a third. */
    @Override
    protected long mostAdded(long payloads) {
        return payloads / 3;
    }

    @Override
    public MessageEncoder encoder(OutputStream out) throws IOException {
        return new JsonLinesEncoder(out, compression);
    }

    @Override
    public MessageReader decoder(InputStream in, BlobInfo blob, ReadContext context) {
        return new JsonLinesReader(in, blob, context);
    }
}
