package dev.persistor.testkit.azure;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as the host hands it to the worker. */
final class HostedRequest {

    private HostedRequest() {}

    static TypedData.Http of(String address, String method, Map<String, String> headers, String body) {
        URI uri = URI.create("http://127.0.0.1/api/" + address);
        Map<String, String> lowerCase = new LinkedHashMap<>();
        headers.forEach((name, value) -> lowerCase.put(name.toLowerCase(Locale.ROOT), value));
        String type = lowerCase.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        boolean binary = type.startsWith("application/octet-stream") || type.startsWith("multipart/");
        Optional<TypedData> sent = Optional.of(body)
                .filter(text -> !text.isEmpty())
                .map(text -> TypedData.of(binary ? text.getBytes(StandardCharsets.UTF_8) : text));
        return new TypedData.Http(method.toUpperCase(Locale.ROOT), uri.toString(), lowerCase, query(uri), sent);
    }

    /** Parameters without a value do not reach the worker. */
    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : Optional.ofNullable(uri.getRawQuery()).orElse("").split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && equals < pair.length() - 1) {
                query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
