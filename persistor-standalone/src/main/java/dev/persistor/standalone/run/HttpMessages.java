package dev.persistor.standalone.run;

import com.sun.net.httpserver.Headers;
import dev.persistor.core.MalformedEventException;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.JsonLinesFormat;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Rfc3339;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.Digest;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a request brings: one message, its payload the body and all else in headers as CloudEvents' binary mode has them
 * (https://github.com/cloudevents/spec, HTTP protocol binding 1.0, section 3.1); or many, as lines of Persistor's own format.
 *
 * <p>Id and time must be given, and be the same when a request is sent again: they name the blob.
 */
final class HttpMessages {

    private static final Set<String> LINES =
            Set.of("application/x-ndjson", "application/jsonl", "application/json-lines");
    private static final String STRUCTURED = "application/cloudevents";

    private static final String PREFIX = "ce-";
    private static final String ID = "ce-id";
    private static final String TIME = "ce-time";
    private static final String SOURCE = "ce-source";
    private static final String PARTITION_KEY = "ce-partitionkey";
    private static final int SOURCE_DIGEST_BYTES = 8;

    private static final String REQUEST = "request-body";

    private HttpMessages() {}

    /**
     * Reads a request.
     *
     * @throws MalformedEventException if it cannot be understood; the reason names the field and what is allowed
     */
    static List<Message> read(String source, Headers headers, byte[] body) throws MalformedEventException {
        String type = Optional.ofNullable(headers.getFirst("Content-Type")).orElse("");
        String mime = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (mime.startsWith(STRUCTURED)) {
            throw new MalformedEventException("the content type is " + mime
                    + ", and only CloudEvents' binary mode is understood: headers such as " + ID
                    + ", and the data as the body");
        }
        return LINES.contains(mime) ? lines(source, body) : List.of(one(source, headers, type, body));
    }

    private static Message one(String source, Headers headers, String contentType, byte[] body)
            throws MalformedEventException {
        Map<String, String> fields = new TreeMap<>();
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(PREFIX)) {
                fields.put(name, decoded(name, String.join(",", header.getValue())));
            }
        }
        String id = required(fields, ID, "what names the message, each time that it is sent");
        Instant time = time(required(fields, TIME, "when it was published, such as 2026-01-31T06:00:00Z"));
        String key = fields.remove(PARTITION_KEY);
        Optional<String> origin = Optional.ofNullable(fields.get(SOURCE));
        Attributes.Builder attributes = Attributes.builder();
        fields.forEach((name, value) -> attributes.add(name.substring(PREFIX.length()), value));
        Attributes.Builder properties = Attributes.builder();
        if (!contentType.isEmpty()) {
            properties.add(BrokerProperties.CONTENT_TYPE, contentType);
        }
        return Message.builder()
                // An id is unique within its source only: CloudEvents 1.0, section 3.1.
                .id(origin.map(from -> id + "-" + new Digest().add(from).hex(SOURCE_DIGEST_BYTES))
                        .orElse(id))
                .source(source)
                .publishTime(time)
                .orderingKey(key)
                .payload(body)
                .attributes(attributes.build())
                .brokerProperties(properties.build())
                .build();
    }

    private static String required(Map<String, String> fields, String name, String meaning)
            throws MalformedEventException {
        String value = fields.getOrDefault(name, "");
        if (value.isBlank()) {
            throw new MalformedEventException("the header " + name + " is missing; it must be " + meaning
                    + " (or send lines with the content type application/x-ndjson)");
        }
        return value;
    }

    private static Instant time(String text) throws MalformedEventException {
        try {
            return Rfc3339.parse(text);
        } catch (DateTimeException e) {
            throw new MalformedEventException(
                    "the header " + TIME + " is \"" + text + "\": " + e.getMessage()
                            + "; it must be a time such as 2026-01-31T06:00:00Z",
                    e);
        }
    }

    /** Headers are ASCII, so the binding has the rest of Unicode percent-encoded. */
    private static String decoded(String name, String value) throws MalformedEventException {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("the header " + name + " is not percent-encoded as it must be", e);
        }
    }

    private static List<Message> lines(String source, byte[] body) throws MalformedEventException {
        BlobInfo request = BlobInfo.withoutChecksum(
                BlobName.of(REQUEST), body.length, "application/x-ndjson", BlobMetadata.empty());
        List<Message> messages = new ArrayList<>();
        try (MessageReader reader =
                new JsonLinesFormat(Compression.NONE).decoder(new ByteArrayInputStream(body), request)) {
            while (reader.hasNext()) {
                messages.add(reader.next());
            }
        } catch (FormatException e) {
            throw new MalformedEventException(String.valueOf(e.getMessage()).replace(REQUEST, "the body"), e);
        }
        for (Message message : messages) {
            if (!message.source().equals(source)) {
                throw new MalformedEventException("the message " + message.id() + " has the source " + message.source()
                        + ", and was sent to " + source + "; both must be the same");
            }
        }
        return messages;
    }
}
