package dev.persistor.core.format.foreign;

import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The objects of the Persistor of 2020 for Google Cloud: one message each, named
 * {@code {YYYY}/{MM}/{DD}/{HH}/{MSG_PREFIX}-{messageId}.{MSG_EXTENSION}}. The content is the payload, to the byte.
 *
 * <p>The id is Pub/Sub's, and the source is the prefix. The publish time is the beginning of the hour in the name: the hour
 * of the writing, by the clock of the function, which is taken to have been UTC. A message that was delivered in two hours is
 * there twice, under one id. Attributes and ordering key were never stored.
 *
 * <p>A file whose name has {@code .gz} or {@code .zst} behind its extension was compressed after it was written.
 *
 * <p>Immutable.
 */
final class PersistorGcpLayout extends ForeignLayout {

    static final String NAME = "persistor-gcp";

    private static final Pattern NAMES =
            Pattern.compile("(?:.*?/)?(\\d{4})/(\\d\\d)/(\\d\\d)/(\\d\\d)/(?<prefix>.+)-(?<id>[^-./]+)\\.[^/]+");

    private static final int HOUR = 4;

    PersistorGcpLayout() {
        super(NAME);
    }

    /**
     * What a name tells.
     *
     * @param id the message's id
     * @param source the prefix
     * @param time the beginning of the hour
     */
    private record Told(String id, String source, Instant time) {}

    private static Optional<Told> told(BlobName blob) {
        Matcher name = NAMES.matcher(blob.value());
        if (!name.matches()) {
            return Optional.empty();
        }
        return PathTimes.utc(name.group(1), name.group(2), name.group(3), name.group(HOUR))
                .map(time -> new Told(name.group("id"), name.group("prefix"), time));
    }

    @Override
    protected boolean isNamedLikeThis(BlobName blob) {
        return told(blob).isPresent();
    }

    @Override
    protected MessageReader reader(InputStream in, BlobInfo blob, ReadContext context) {
        BlobName plain = nameOfPlain(blob.name());
        // An extension .gz may be the configured one, of payloads that are compressed themselves.
        boolean isCompressed = !plain.equals(blob.name()) && told(plain).isPresent();
        return new PayloadReader(
                in, blob, context, told(isCompressed ? plain : blob.name()).orElseThrow(), isCompressed);
    }

    /** Reads the one message. Not thread-safe. */
    private static final class PayloadReader extends StoredReader {

        private final Told told;
        private final InputStream content;

        PayloadReader(InputStream in, BlobInfo blob, ReadContext context, Told told, boolean isCompressed) {
            super(in, blob, context);
            this.told = told;
            this.content = isCompressed ? decompressed() : content();
        }

        @Override
        @Nullable
        Message advance(long index) throws IOException {
            if (index > 0) {
                return null;
            }
            byte[] payload = readPayload();
            if (isDamaged()) {
                throw new IOException("the payload differs from what was stored");
            }
            return Message.builder()
                    .id(told.id)
                    .source(told.source)
                    .publishTime(told.time)
                    .payload(payload)
                    .build();
        }

        private byte[] readPayload() throws IOException {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            payload.writeBytes(content.readNBytes(ReadContext.LARGE));
            if (payload.size() == ReadContext.LARGE) {
                context().beforeLarge();
                int most = context().limits().count(ReadLimit.PAYLOAD);
                payload.writeBytes(content.readNBytes(Math.max(0, most - payload.size()) + 1));
            }
            context().limits().check(ReadLimit.PAYLOAD, payload.size());
            return payload.toByteArray();
        }

        @Override
        public void close() {
            super.close();
            close(content);
        }

        @Override
        String place() {
            return "the payload";
        }
    }
}
