package dev.persistor.standalone.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The answer to a client.
 *
 * <p>Immutable.
 *
 * @param status the status code
 * @param contentType what the body is
 * @param body the whole body
 * @param headers further headers
 */
record HttpAnswer(int status, String contentType, String body, Map<String, String> headers) {

    HttpAnswer {
        headers = Map.copyOf(headers);
    }

    /** Returns an answer of one line of text. */
    static HttpAnswer text(int status, String text) {
        return new HttpAnswer(status, "text/plain; charset=utf-8", text + "\n", Map.of());
    }

    /** Returns an answer of one line of text, with a header. */
    static HttpAnswer text(int status, String text, String header, String value) {
        return new HttpAnswer(status, "text/plain; charset=utf-8", text + "\n", Map.of(header, value));
    }

    static HttpAnswer json(int status, String json) {
        return new HttpAnswer(status, "application/json", json, Map.of());
    }

    /** Returns a refusal that does not hold for ever. */
    static HttpAnswer later(String text) {
        return text(503, text, "Retry-After", "1");
    }

    /** Returns the refusal of a process that stops: the client is to connect to another. */
    static HttpAnswer stopping() {
        return text(503, "this process is stopping; send the request to another", "Connection", "close");
    }

    /** Sends it without waiting for the client to read it. */
    void send(Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        headers.forEach(response.getHeaders()::put);
        response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
    }
}
