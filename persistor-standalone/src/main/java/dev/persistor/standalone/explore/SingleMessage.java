package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.format.ContentDigest;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code /api/message} and {@code /api/payload}: one message with all that is known of it.
 *
 * <p>Thread-safe.
 */
final class SingleMessage {

    private static final int SHOWN_BYTES = 256 << 10;
    private static final int SHOWN_ATTRIBUTES = 500;
    private static final int MOST_TEXT = 4_000;

    private final BlobSource source;
    private final Archive archive;

    SingleMessage(BlobSource source, Archive archive) {
        this.source = source;
        this.archive = archive;
    }

    /** A message that was found. */
    record Found(BlobInfo blob, ArchivedMessage archived) {

        Message message() {
            return archived.message();
        }

        /** Writes the fields; what senders made long is cut, and says so. */
        void write(JsonGenerator json, int firstAttribute) throws IOException {
            Message message = message();
            json.writeStringField("place", archived.place());
            json.writeStringField("id", shortened(message.id()));
            json.writeStringField("source", message.source());
            json.writeStringField("publishTime", message.publishTime().toString());
            if (message.orderingKey().isPresent()) {
                json.writeStringField(
                        "orderingKey", shortened(message.orderingKey().get()));
            }
            if (message.position().isPresent()) {
                write(json, message.position().get());
            }
            if (message.deliveryAttempt().isPresent()) {
                json.writeNumberField(
                        "deliveryAttempt", message.deliveryAttempt().getAsInt());
            }
            json.writeStringField("digest", ContentDigest.of(message));
            write(json, "attributes", message.attributes(), firstAttribute);
            write(json, "brokerProperties", message.brokerProperties(), 0);
            writeBlob(json);
            writePayload(json, message);
        }

        private static void write(JsonGenerator json, Position position) throws IOException {
            json.writeObjectFieldStart("position");
            json.writeStringField("log", position.log());
            json.writeStringField("partition", position.partition());
            // As text: a script's numbers have 53 bits.
            json.writeStringField("offset", Long.toString(position.offset()));
            json.writeEndObject();
        }

        private static void write(JsonGenerator json, String field, Attributes attributes, int first)
                throws IOException {
            List<Attributes.Entry> all = attributes.entries();
            json.writeNumberField(field + "Total", all.size());
            json.writeArrayFieldStart(field);
            for (Attributes.Entry entry :
                    all.subList(Math.min(first, all.size()), Math.min(first + SHOWN_ATTRIBUTES, all.size()))) {
                json.writeStartObject();
                json.writeStringField("name", shortened(entry.name()));
                json.writeStringField("type", entry.value().type().label());
                json.writeStringField("value", shortened(entry.value().text()));
                json.writeEndObject();
            }
            json.writeEndArray();
        }

        private static String shortened(String text) {
            return Text.shortened(text, MOST_TEXT);
        }

        private void writeBlob(JsonGenerator json) throws IOException {
            json.writeObjectFieldStart("blob");
            json.writeStringField("name", blob.name().value());
            json.writeNumberField("index", archived.index());
            json.writeNumberField("bytes", blob.size());
            json.writeStringField("contentType", blob.contentType());
            if (blob.crc32c().isPresent()) {
                json.writeStringField("crc32c", "%08x".formatted(blob.crc32c().getAsInt()));
            }
            json.writeEndObject();
        }

        private static void writePayload(JsonGenerator json, Message message) throws IOException {
            json.writeObjectFieldStart("payload");
            json.writeNumberField("bytes", message.payloadSize());
            json.writeStringField("crc32c", "%08x".formatted(message.payloadCrc32c()));
            write(json, new Payload(message.payload(), true));
            json.writeEndObject();
            Payload decompressed = Payload.decompressed(message).orElse(null);
            if (decompressed != null) {
                json.writeObjectFieldStart("decompressed");
                json.writeStringField("encoding", Payload.encoding(message).orElse(""));
                write(json, decompressed);
                json.writeEndObject();
            }
        }

        private static void write(JsonGenerator json, Payload payload) throws IOException {
            Payload shown = payload.first(SHOWN_BYTES);
            json.writeBooleanField("whole", shown.isWhole());
            json.writeNumberField("shownBytes", shown.bytes().remaining());
            json.writeStringField("base64", Base64.getEncoder().encodeToString(shown.copy()));
            Optional<String> text = shown.text();
            if (text.isPresent()) {
                json.writeStringField("text", text.get());
            }
        }
    }

    /**
     * Reads a message.
     *
     * @throws BadRequestException if it is not there; the message says why
     */
    Found find(Place place) {
        BlobInfo blob = blob(place);
        try (ArchiveReader reader = archive.read(Stream.of(blob), MessageFilter.ALL)) {
            while (reader.hasNext()) {
                ArchivedMessage archived = reader.next();
                if (archived.index() == place.index()) {
                    return new Found(blob, archived);
                }
            }
            String reason = reader.findings().stream()
                    .map(Finding::reason)
                    .findFirst()
                    .orElse("the blob has no message with this index");
            throw new BadRequestException(404, place + " cannot be shown: " + reason);
        }
    }

    private BlobInfo blob(Place place) {
        try {
            return source.find(BlobName.of(place.blob()))
                    .orElseThrow(() -> new BadRequestException(404, "there is no blob " + place.blob()));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(404, "there is no blob of that name: " + e.getMessage());
        }
    }
}
