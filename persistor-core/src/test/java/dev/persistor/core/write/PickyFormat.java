package dev.persistor.core.write;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormatProvider;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** JSON lines that cannot hold the payload "unbearable". */
public final class PickyFormat implements MessageFormat {

    /** Brings the format under the name {@code picky}. */
    public static final class Provider implements MessageFormatProvider {
        @Override
        public String name() {
            return "picky";
        }

        @Override
        public MessageFormat format(Compression compression) {
            return new PickyFormat();
        }
    }

    private final JsonLinesFormat lines = new JsonLinesFormat(Compression.NONE);

    @Override
    public String name() {
        return "picky";
    }

    @Override
    public String extension() {
        return lines.extension();
    }

    @Override
    public boolean holdsBatches() {
        return true;
    }

    @Override
    public List<Blob> encode(BlobName name, List<Message> messages, BlobLimits limits) {
        for (Message message : messages) {
            if (StandardCharsets.UTF_8.decode(message.payload()).toString().equals("unbearable")) {
                throw new UnencodableMessageException(message, name(), "the payload is unbearable", null);
            }
        }
        return lines.encode(name, messages, limits);
    }

    @Override
    public boolean holdsMessages(BlobInfo blob) {
        return lines.holdsMessages(blob);
    }

    @Override
    public MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
        return lines.read(blob, source, context);
    }
}
