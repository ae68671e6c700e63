package dev.persistor.testkit.azure;

import static dev.persistor.testkit.azure.JsonTree.require;

import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Invocations and answers as JSON, between this process and the worker's. */
final class Wire {

    /** How an invocation ended: a failure's text, or what the function returned, if anything. */
    record Answer(Optional<String> failure, Optional<AzureFunctionsHost.Response> response) {}

    private Wire() {}

    static String write(HostedInvocation invocation) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        invocation.metadata().forEach((name, data) -> metadata.put(name, encode(data)));
        return HostJson.compact(Map.of("data", encode(invocation.data()), "metadata", metadata));
    }

    static HostedInvocation readInvocation(String json) throws IOException {
        Map<String, ?> invocation = JsonTree.readObject(json);
        Map<String, TypedData> metadata = new LinkedHashMap<>();
        object(require(invocation, "metadata")).forEach((name, data) -> metadata.put((String) name, decode(data)));
        return HostedInvocation.of(decode(require(invocation, "data")), metadata);
    }

    static Map<String, String> readVariables(String json) throws IOException {
        return texts(JsonTree.readObject(json));
    }

    static String write(Answer answer) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        answer.failure().ifPresent(failure -> json.put("failure", failure));
        answer.response().ifPresent(response -> {
            json.put("status", response.status());
            json.put("headers", response.headers());
            json.put("body", response.body());
        });
        return HostJson.compact(json);
    }

    static Answer readAnswer(String json) throws IOException {
        Map<String, ?> answer = JsonTree.readObject(json);
        Optional<String> failure = Optional.ofNullable((String) answer.get("failure"));
        return new Answer(
                failure,
                answer.containsKey("status")
                        ? Optional.of(new AzureFunctionsHost.Response(
                                (Integer) require(answer, "status"), texts(require(answer, "headers")), (String)
                                        require(answer, "body")))
                        : Optional.empty());
    }

    private static Map<String, Object> encode(TypedData data) {
        if (data instanceof TypedData.Bytes bytes) {
            return Map.of("bytes", bytes.value());
        }
        if (data instanceof TypedData.Text text) {
            return Map.of("text", text.value());
        }
        if (data instanceof TypedData.Real real) {
            return Map.of("real", Double.toString(real.value()));
        }
        if (data instanceof TypedData.Json json) {
            return Map.of("json", json.value());
        }
        if (data instanceof TypedData.BytesList list) {
            return Map.of("bytesList", list.values());
        }
        if (data instanceof TypedData.TextList list) {
            return Map.of("textList", list.values());
        }
        if (data instanceof TypedData.LongList list) {
            return Map.of("longList", list.values());
        }
        if (data instanceof TypedData.RealList list) {
            return Map.of(
                    "realList", list.values().stream().map(Object::toString).toList());
        }
        TypedData.Http http = (TypedData.Http) data;
        List<Map<String, Object>> body = http.body().map(Wire::encode).stream().toList();
        return Map.of(
                "http",
                Map.of(
                        "method", http.method(),
                        "url", http.url(),
                        "headers", http.headers(),
                        "query", http.query(),
                        "body", body));
    }

    private static TypedData decode(Object json) {
        Map.Entry<?, ?> only = object(json).entrySet().iterator().next();
        Object value = only.getValue();
        return switch ((String) only.getKey()) {
            case "bytes" -> new TypedData.Bytes(bytes(value));
            case "text" -> new TypedData.Text((String) value);
            case "real" -> new TypedData.Real(Double.parseDouble((String) value));
            case "json" -> new TypedData.Json((String) value);
            case "bytesList" ->
                new TypedData.BytesList(elements(value).map(Wire::bytes).toList());
            case "textList" ->
                new TypedData.TextList(elements(value).map(String.class::cast).toList());
            case "longList" ->
                new TypedData.LongList(elements(value)
                        .map(number -> ((Number) number).longValue())
                        .toList());
            case "realList" ->
                new TypedData.RealList(elements(value)
                        .map(number -> Double.valueOf((String) number))
                        .toList());
            case "http" -> http(object(value));
            default -> throw new IllegalArgumentException("no such kind of data: " + only.getKey());
        };
    }

    private static TypedData.Http http(Map<?, ?> http) {
        return new TypedData.Http(
                (String) require(http, "method"),
                (String) require(http, "url"),
                texts(require(http, "headers")),
                texts(require(http, "query")),
                elements(require(http, "body")).map(Wire::decode).findFirst());
    }

    private static Map<?, ?> object(Object json) {
        return (Map<?, ?>) json;
    }

    private static Stream<?> elements(Object json) {
        return ((List<?>) json).stream();
    }

    private static byte[] bytes(Object json) {
        return Base64.getDecoder().decode((String) json);
    }

    private static Map<String, String> texts(Object json) {
        Map<String, String> texts = new LinkedHashMap<>();
        object(json).forEach((name, text) -> texts.put((String) name, (String) text));
        return texts;
    }
}
