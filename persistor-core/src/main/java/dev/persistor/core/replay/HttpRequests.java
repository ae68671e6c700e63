package dev.persistor.core.replay;

import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes the requests by which messages are posted: the payload is the body, and everything else is in headers.
 *
 * <p>Immutable.
 *
 * @param target where they go
 * @param authorization the value of their header {@code Authorization}
 * @param format which headers a message becomes
 */
record HttpRequests(URI target, Optional<String> authorization, HttpFormat format) {

    private static final String ANY_BYTES = "application/octet-stream";

    /** The valid form of a content type header; senders may have sent anything. */
    private static final Pattern TYPE = Pattern.compile("[\\w!#$&^.+-]+/[\\w!#$&^.+-]+(?:; ?[\\w!#$&^.+-]+=[ -~]+)?");

    private static final Pattern ENCODING = Pattern.compile("[\\w!#$&^.+-]+(?:, ?[\\w!#$&^.+-]+)*");

    HttpRequest of(Message message) {
        byte[] payload = new byte[message.payloadSize()];
        message.payload().get(payload);
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .header("Content-Type", contentType(message))
                .POST(HttpRequest.BodyPublishers.ofByteArray(payload));
        contentEncoding(message).ifPresent(value -> request.header("Content-Encoding", value));
        format.headers(message).forEach(request::header);
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request.build();
    }

    private String contentType(Message message) {
        return message.brokerProperties()
                .text(BrokerProperties.CONTENT_TYPE)
                .filter(type -> TYPE.matcher(type).matches())
                .filter(type -> format != HttpFormat.CLOUDEVENTS || !CloudEventHeaders.isStructured(type))
                .orElse(ANY_BYTES);
    }

    /** The payload is sent as it was archived, so what it is encoded by goes with it. */
    private static Optional<String> contentEncoding(Message message) {
        return message.brokerProperties()
                .text(BrokerProperties.CONTENT_ENCODING)
                .filter(encoding -> ENCODING.matcher(encoding).matches());
    }

    /** Returns the target without its query, where functions have their keys. */
    String printable() {
        return SafeText.address(target);
    }

    /** Returns the beginning of an answer as a report may show it: a server may send back what it was sent. */
    String withoutSecrets(String answer) {
        String shown = answer;
        if (authorization.isPresent()) {
            shown = shown.replace(authorization.get(), "***");
            String credential =
                    authorization.get().substring(authorization.get().lastIndexOf(' ') + 1);
            shown = credential.isEmpty() ? shown : shown.replace(credential, "***");
        }
        String query = target.getRawQuery();
        return query == null || query.isEmpty() ? shown : shown.replace(query, "***");
    }
}
