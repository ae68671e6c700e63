package dev.persistor.standalone.run;

import dev.persistor.core.format.ReceivedHeaders;
import dev.persistor.core.format.ReceivedMessageException;
import dev.persistor.core.format.Shown;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Rfc3339;
import dev.persistor.core.store.Digest;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * The message whose payload is a request's body, as it came, and all else of it headers: those of CloudEvents' binary mode
 * (https://github.com/cloudevents/spec, HTTP protocol binding 1.0.2, section 3.1), or those of a replay, which hold all that an
 * archive has of a message. Where a request has both, those of the replay count.
 *
 * <p>Id and time must be given, and be the same when a request is sent again: they name the blob.
 *
 * <p>Immutable.
 */
final class HttpSingleMessages {

    private static final String PREFIX = "ce-";
    private static final String ID = "ce-id";
    private static final String TIME = "ce-time";
    private static final String SOURCE = "ce-source";
    private static final String PARTITION_KEY = "ce-partitionkey";
    private static final int SOURCE_DIGEST_BYTES = 8;

    private final String source;
    private final int mostAttributes;

    /**
     * Reads messages of a capture.
     *
     * @param source what every message is filed under
     * @param mostAttributes how many attributes a message may have
     */
    HttpSingleMessages(String source, int mostAttributes) {
        this.source = source;
        this.mostAttributes = mostAttributes;
    }

    /** Tells whether the headers are those of one message, whatever the content type is. */
    static boolean isSingle(HttpFields headers) {
        return isReplay(headers) || headers.contains(ID);
    }

    /** Tells whether the headers are those that a replay sends. */
    static boolean isReplay(HttpFields headers) {
        return headers.stream().anyMatch(header -> header.getLowerCaseName().startsWith(ReceivedHeaders.PREFIX));
    }

    static String contentType(HttpFields headers) {
        return Optional.ofNullable(headers.get(HttpHeader.CONTENT_TYPE)).orElse("");
    }

    static Optional<String> encoding(HttpFields headers) {
        List<String> values = headers.getValuesList(HttpHeader.CONTENT_ENCODING);
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
    }

    /**
     * Reads the message.
     *
     * @param body the body, which belongs to the message from now on
     * @throws RefusedRequestException if the headers cannot be understood, or are too many
     */
    Message read(HttpFields headers, ByteBuffer body) throws RefusedRequestException {
        return isReplay(headers) ? replayed(headers, body) : event(headers, body);
    }

    private static Map<String, String> startingWith(String prefix, HttpFields headers) throws RefusedRequestException {
        Map<String, String> fields = new TreeMap<>();
        for (HttpField header : headers) {
            String name = header.getLowerCaseName();
            if (name.startsWith(prefix)
                    && fields.put(name, Optional.ofNullable(header.getValue()).orElse("")) != null) {
                throw RefusedRequestException.malformed("the header " + name + " was sent twice; send it once");
            }
        }
        return fields;
    }

    private RefusedRequestException tooMany() {
        return RefusedRequestException.tooLarge(
                "the message has more than " + mostAttributes + " attributes; the limit is http-attributes");
    }

    /**
     * Another source's message gets an id of its own, as an event of another source does, and no position: its offsets are of that
     * source's log.
     */
    private Message replayed(HttpFields headers, ByteBuffer body) throws RefusedRequestException {
        Message sent;
        try {
            sent = ReceivedHeaders.read(startingWith(ReceivedHeaders.PREFIX, headers), body, mostAttributes);
        } catch (ReceivedMessageException e) {
            throw e.isTooLarge()
                    ? RefusedRequestException.tooLarge(e.reason() + "; the limit is http-attributes")
                    : RefusedRequestException.malformed(e.reason());
        }
        return sent.source().equals(source)
                ? sent
                : sent.toBuilder()
                        .source(source)
                        .id(idOf(sent.id(), sent.source()))
                        .position(null)
                        .build();
    }

    /** An id is unique within its source only: CloudEvents 1.0, section 3.1. */
    private static String idOf(String id, String from) {
        return id + "-" + new Digest().add(from).hex(SOURCE_DIGEST_BYTES);
    }

    private Message event(HttpFields headers, ByteBuffer body) throws RefusedRequestException {
        Map<String, String> fields = startingWith(PREFIX, headers);
        for (Map.Entry<String, String> field : fields.entrySet()) {
            field.setValue(CloudEventHeader.decode(field.getKey(), field.getValue()));
        }
        if (fields.size() > mostAttributes) {
            throw tooMany();
        }
        String id = required(fields, ID, "the id of the message, the same each time it is sent");
        Instant time = time(required(fields, TIME, "the publish time, such as 2026-01-31T06:00:00Z"));
        String key = fields.remove(PARTITION_KEY);
        Optional<String> origin = Optional.ofNullable(fields.get(SOURCE));
        Attributes.Builder attributes = Attributes.builder();
        fields.forEach((name, value) -> attributes.add(name.substring(PREFIX.length()), value));
        return Message.builder()
                .id(origin.map(from -> idOf(id, from)).orElse(id))
                .source(source)
                .publishTime(time)
                .orderingKey(key)
                .payload(body)
                .attributes(attributes.build())
                .brokerProperties(properties(headers))
                .build();
    }

    private static Attributes properties(HttpFields headers) {
        Attributes.Builder properties = Attributes.builder();
        String type = contentType(headers);
        if (!type.isEmpty()) {
            properties.add(BrokerProperties.CONTENT_TYPE, type);
        }
        encoding(headers).ifPresent(encoding -> properties.add(BrokerProperties.CONTENT_ENCODING, encoding));
        return properties.build();
    }

    private static String required(Map<String, String> fields, String name, String meaning)
            throws RefusedRequestException {
        String value = fields.get(name);
        if (value == null || value.isBlank()) {
            throw RefusedRequestException.malformed(
                    "the header " + name + " is " + (value == null ? "missing" : "blank") + "; it must be " + meaning
                            + " (or send lines with the content type application/x-ndjson)");
        }
        return value;
    }

    private static Instant time(String text) throws RefusedRequestException {
        try {
            return Rfc3339.parse(text);
        } catch (DateTimeException e) {
            throw RefusedRequestException.malformed("the header " + TIME + " is " + Shown.text(text) + ": "
                    + e.getMessage() + "; it must be an RFC 3339 time such as 2026-01-31T06:00:00Z");
        }
    }
}
