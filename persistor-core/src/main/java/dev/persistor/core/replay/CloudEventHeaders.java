package dev.persistor.core.replay;

import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Rfc3339;
import dev.persistor.core.store.PercentEncoding;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The headers of a CloudEvent in binary mode (HTTP protocol binding 1.0.2, section 3.1). A message that was captured as a CloudEvent
 * has its event's attributes {@code id}, {@code source} and {@code type}, and goes out with them. Any other message goes out with its
 * own id, source and publish time. Attributes whose names no CloudEvent may have are left out.
 *
 * <p>Immutable.
 */
final class CloudEventHeaders {

    /** The type of a message that was no CloudEvent and has no attribute of that name. */
    static final String TYPE = "dev.persistor.message";

    private static final String PREFIX = "ce-";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");
    /** The body, and the header Content-Type. */
    private static final Set<String> ELSEWHERE = Set.of("data", "datacontenttype");

    private static final List<String> OF_EVERY_EVENT = List.of("id", "source", "type");

    /** As section 3.1.3.2 has it: spaces, quotation marks, percent signs and what is not printable ASCII are encoded. */
    private static final PercentEncoding VALUE = PercentEncoding.keeping("!#$&'()*+,-./:;<=>?@[\\]^_`{|}~");
    /** The characters of a URI reference. */
    private static final PercentEncoding URI = PercentEncoding.keeping("-._~/@!$&'()*+,;=");

    private CloudEventHeaders() {}

    static Map<String, String> of(Message message) {
        Map<String, String> attributes = new LinkedHashMap<>();
        message.attributes().forEach(entry -> {
            if (NAME.matcher(entry.name()).matches() && !ELSEWHERE.contains(entry.name())) {
                attributes.putIfAbsent(entry.name(), entry.value().text());
            }
        });
        boolean isEvent = attributes.keySet().containsAll(OF_EVERY_EVENT);
        if (!isEvent) {
            attributes.put("id", message.id());
            attributes.put("source", URI.encode(CarriedProperties.wellFormed(message.source())));
            attributes.putIfAbsent("type", TYPE);
            attributes.put("specversion", "1.0");
        }
        attributes.putIfAbsent("specversion", "1.0");
        if (!isEvent || !isTime(attributes.getOrDefault("time", ""))) {
            attributes.put("time", message.publishTime().toString());
        }
        subject(message).ifPresent(subject -> attributes.putIfAbsent("subject", subject));
        message.orderingKey().ifPresent(key -> attributes.put("partitionkey", key));
        return headers(attributes);
    }

    private static boolean isTime(String text) {
        try {
            Instant unused = Rfc3339.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static Optional<String> subject(Message message) {
        return message.brokerProperties().text(BrokerProperties.SUBJECT);
    }

    /** An attribute without a value is an attribute that is not there. */
    private static Map<String, String> headers(Map<String, String> attributes) {
        Map<String, String> headers = new LinkedHashMap<>();
        attributes.forEach((name, value) -> {
            if (!value.isEmpty()) {
                headers.put(PREFIX + name, VALUE.encode(CarriedProperties.wellFormed(value)));
            }
        });
        return headers;
    }

    /** Tells whether a content type would have a consumer read the body as a whole event. */
    static boolean isStructured(String contentType) {
        return contentType.regionMatches(true, 0, "application/cloudevents", 0, "application/cloudevents".length());
    }
}
