package dev.persistor.testkit.azure;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as the host hands it to the Java worker, which announces {@code RpcHttpBodyOnly} and not
 * {@code RawHttpBodyBytes}: {@code ToRpcHttp} and {@code PopulateBody} in
 * {@code src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs} of Azure/azure-functions-host.
 */
final class HostedRequest {

    private static final String LENGTH = "content-length";

    private HostedRequest() {}

    static TypedData.Http of(String address, String method, Map<String, String> headers, byte[] body) {
        URI uri = URI.create("http://127.0.0.1/api/" + address);
        Map<String, String> lowerCase = new LinkedHashMap<>();
        headers.forEach((name, value) -> lowerCase.put(name.toLowerCase(Locale.ROOT), value));
        if (body.length > 0 && !lowerCase.containsKey("transfer-encoding")) {
            // As every client sends it.
            lowerCase.putIfAbsent(LENGTH, Integer.toString(body.length));
        }
        String type = lowerCase.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        return new TypedData.Http(
                method.toUpperCase(Locale.ROOT), uri.toString(), lowerCase, query(uri), body(lowerCase, type, body));
    }

    /** Without a length above 0 there is no body for the host, as when a body is sent in chunks. */
    private static Optional<TypedData> body(Map<String, String> headers, String type, byte[] body) {
        if (headers.getOrDefault(LENGTH, "0").equals("0")) {
            return Optional.empty();
        }
        boolean isBinary = type.split(";", 2)[0].strip().equals("application/octet-stream")
                || type.split(";", 2)[0].contains("multipart/");
        return Optional.of(TypedData.of(isBinary ? body : text(body)));
    }

    /**
     * Decodes as .NET's StreamReader does: as UTF-8 whatever charset the content type names, unless the bytes begin with the
     * mark of another encoding; without the mark; and with U+FFFD for what cannot be decoded
     * ({@code src/WebJobs.Extensions.Http/Extensions/HttpRequestExtensions.cs} of Azure/azure-webjobs-sdk-extensions).
     */
    private static String text(byte[] body) {
        if (startsWith(body, 0xFF, 0xFE) || startsWith(body, 0xFE, 0xFF)) {
            return new String(body, StandardCharsets.UTF_16);
        }
        int mark = startsWith(body, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        return new String(body, mark, body.length - mark, StandardCharsets.UTF_8);
    }

    private static boolean startsWith(byte[] body, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= body.length || Byte.toUnsignedInt(body[i]) != mark[i]) {
                return false;
            }
        }
        return true;
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
