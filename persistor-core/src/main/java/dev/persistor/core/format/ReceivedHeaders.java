package dev.persistor.core.format;

import com.fasterxml.jackson.core.JsonParser;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.PercentEncoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a message from the headers of a request, with the names and values that {@link RawFormat#describe} gives. An archive is
 * read as far as it can be understood; what is sent is not, because its sender can still correct it. So an unknown header is an
 * error, and so is a digest that is not the message's: something on the way altered a header or the body.
 *
 * <p>Immutable.
 */
public final class ReceivedHeaders {

    /** The prefix of the names. */
    public static final String PREFIX = "persistor-";

    private static final List<String> NAMES = List.of(
            MessageFormat.METADATA_KEY,
            RawMetadata.ID,
            RawMetadata.SOURCE,
            RawMetadata.PUBLISH_TIME,
            RawMetadata.DIGEST,
            RawMetadata.ORDERING_KEY,
            RawMetadata.LOG,
            RawMetadata.PARTITION,
            RawMetadata.OFFSET,
            RawMetadata.DELIVERY_ATTEMPT,
            RawMetadata.ATTRIBUTES,
            RawMetadata.BROKER_PROPERTIES);

    private static final String VISIBLE = "visible ASCII, with other characters percent-encoded as UTF-8";
    private static final String ENCODED_EMPTY = "%";

    private final Map<String, String> fields;
    private final int mostAttributes;

    private ReceivedHeaders(Map<String, String> fields, int mostAttributes) {
        this.fields = fields;
        this.mostAttributes = mostAttributes;
    }

    /**
     * Reads a message.
     *
     * @param headers the headers whose names begin with {@link #PREFIX}, in lower case
     * @param payload the body, which belongs to the message from now on
     * @param mostAttributes how many attributes and broker properties the message may have, each counted for itself
     * @throws ReceivedMessageException if they are not a message
     */
    public static Message read(Map<String, String> headers, ByteBuffer payload, int mostAttributes)
            throws ReceivedMessageException {
        Map<String, String> fields = new TreeMap<>();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            fields.put(header.getKey(), decoded(header.getKey(), header.getValue()));
        }
        return new ReceivedHeaders(fields, mostAttributes).message(payload);
    }

    private static String decoded(String name, String value) throws ReceivedMessageException {
        if (!NAMES.contains(name)) {
            throw new ReceivedMessageException(
                    "the header " + Shown.text(name) + " is unknown; use one of " + String.join(", ", NAMES), false);
        }
        boolean isVisible = value.chars().allMatch(c -> c > ' ' && c <= '~');
        Optional<String> decoded = value.equals(ENCODED_EMPTY) ? Optional.of("") : PercentEncoding.decode(value);
        if (value.isEmpty() || !isVisible || decoded.isEmpty()) {
            throw malformed(name, value, VISIBLE + " (a single % is an empty text)");
        }
        return decoded.get();
    }

    private static ReceivedMessageException malformed(String name, String value, String allowed) {
        return new ReceivedMessageException(
                "the header " + name + " is " + Shown.text(value) + "; it must be " + allowed, false);
    }

    private Message message(ByteBuffer payload) throws ReceivedMessageException {
        String format = fields.getOrDefault(MessageFormat.METADATA_KEY, RawFormat.NAME);
        if (!format.equals(RawFormat.NAME)) {
            throw malformed(MessageFormat.METADATA_KEY, format, RawFormat.NAME);
        }
        Message.Builder builder = Message.builder()
                .id(required(RawMetadata.ID, "the id of the message"))
                .source(required(RawMetadata.SOURCE, "the source of the message"))
                .publishTime(time())
                .orderingKey(fields.get(RawMetadata.ORDERING_KEY))
                .attributes(attributes(RawMetadata.ATTRIBUTES))
                .brokerProperties(attributes(RawMetadata.BROKER_PROPERTIES))
                .payload(payload);
        position().ifPresent(builder::position);
        if (fields.containsKey(RawMetadata.DELIVERY_ATTEMPT)) {
            builder.deliveryAttempt((int) number(RawMetadata.DELIVERY_ATTEMPT, 1, Integer.MAX_VALUE));
        }
        return verified(build(builder));
    }

    private Message build(Message.Builder message) throws ReceivedMessageException {
        try {
            return message.build();
        } catch (IllegalArgumentException e) {
            throw new ReceivedMessageException(
                    "the header " + RawMetadata.PUBLISH_TIME + " is "
                            + Shown.text(fields.getOrDefault(RawMetadata.PUBLISH_TIME, "")) + ": " + e.getMessage(),
                    false);
        }
    }

    /** Tells what was altered on the way, such as by a proxy that decompresses bodies, from what was sent. */
    private Message verified(Message message) throws ReceivedMessageException {
        String digest = fields.get(RawMetadata.DIGEST);
        if (digest != null && !digest.equals(ContentDigest.of(message))) {
            throw malformed(
                    RawMetadata.DIGEST,
                    digest,
                    "the digest of this message, " + ContentDigest.of(message)
                            + "; the body or a header was altered after the digest was computed");
        }
        return message;
    }

    private String required(String name, String meaning) throws ReceivedMessageException {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new ReceivedMessageException(
                    "the header " + name + " is " + (value == null ? "missing" : "empty") + "; it must be " + meaning,
                    false);
        }
        return value;
    }

    private Instant time() throws ReceivedMessageException {
        String text = required(RawMetadata.PUBLISH_TIME, "the publish time, such as 2026-01-31T06:00:00Z");
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw malformed(RawMetadata.PUBLISH_TIME, text, "an RFC 3339 time such as 2026-01-31T06:00:00Z");
        }
    }

    private Optional<Position> position() throws ReceivedMessageException {
        boolean isAny = fields.containsKey(RawMetadata.LOG) || fields.containsKey(RawMetadata.OFFSET);
        if (!isAny && !fields.containsKey(RawMetadata.PARTITION)) {
            return Optional.empty();
        }
        return Optional.of(new Position(
                fields.getOrDefault(RawMetadata.LOG, ""),
                required(RawMetadata.PARTITION, "a partition, because the message has an offset or a log"),
                number(RawMetadata.OFFSET, 0, Long.MAX_VALUE)));
    }

    private long number(String name, long least, long most) throws ReceivedMessageException {
        String text = required(name, "a whole number of " + least + " or more");
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number out of range.
        }
        throw malformed(name, text, "a whole number from " + least + " to " + most);
    }

    private Attributes attributes(String name) throws ReceivedMessageException {
        String text = fields.get(name);
        if (text == null) {
            return Attributes.empty();
        }
        try (JsonParser json = AttributesJson.JSON.createParser(text)) {
            json.nextToken();
            Attributes attributes = AttributesJson.read(json, mostAttributes);
            if (json.nextToken() == null) {
                return attributes;
            }
        } catch (TooManyAttributesException e) {
            throw new ReceivedMessageException(
                    "the header " + name + " has more than " + mostAttributes + " attributes", true);
        } catch (IOException e) {
            // Told below: the parser's own text quotes the value.
        }
        throw malformed(name, text, "a JSON array of [\"name\",\"text\"] or [\"name\",\"text\",\"type\"] entries");
    }
}
