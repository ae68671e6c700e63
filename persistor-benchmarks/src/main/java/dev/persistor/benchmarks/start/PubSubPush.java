package dev.persistor.benchmarks.start;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.gcp.PubSubPushEndpoint;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Persistor's function for Pub/Sub, made as the framework makes it, and handed a push request. */
public final class PubSubPush {

    private PubSubPush() {}

    /**
     * Archives one message.
     *
     * @param arguments the request's body
     */
    public static void main(String[] arguments) throws IOException {
        Response response = new Response();
        new PubSubPushEndpoint().service(new Request(arguments[0].getBytes(StandardCharsets.UTF_8)), response);
        if (response.status != 204) {
            throw new IllegalStateException("answered " + response.status + "; the log says why");
        }
        System.out.println("durable");
        System.exit(0);
    }

    /** What the framework makes of the request of a push subscription. */
    private static final class Request implements HttpRequest {

        private static final String TYPE = "application/json";

        private final byte[] body;

        Request(byte[] body) {
            this.body = body;
        }

        @Override
        public String getMethod() {
            return "POST";
        }

        @Override
        public String getUri() {
            return "http://127.0.0.1/";
        }

        @Override
        public String getPath() {
            return "/";
        }

        @Override
        public Optional<String> getQuery() {
            return Optional.empty();
        }

        @Override
        public Map<String, List<String>> getQueryParameters() {
            return Map.of();
        }

        @Override
        public Map<String, HttpPart> getParts() {
            return Map.of();
        }

        @Override
        public Optional<String> getContentType() {
            return Optional.of(TYPE);
        }

        @Override
        public long getContentLength() {
            return body.length;
        }

        @Override
        public Optional<String> getCharacterEncoding() {
            return Optional.empty();
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return Map.of(
                    "Accept", List.of(TYPE),
                    "Content-Type", List.of(TYPE),
                    "From", List.of("noreply@google.com"),
                    "User-Agent", List.of("CloudPubSub-Google"));
        }
    }

    /** Keeps the answer's head. */
    private static final class Response implements HttpResponse {

        private final OutputStream body = OutputStream.nullOutputStream();
        private final Map<String, List<String>> headers = new HashMap<>();
        private int status = 200;

        @Override
        public void setStatusCode(int code) {
            status = code;
        }

        @Override
        public void setStatusCode(int code, String message) {
            status = code;
        }

        @Override
        public void setContentType(String contentType) {
            headers.put("Content-Type", List.of(contentType));
        }

        @Override
        public Optional<String> getContentType() {
            return Optional.ofNullable(headers.get("Content-Type")).map(values -> values.get(0));
        }

        @Override
        public void appendHeader(String header, String value) {
            headers.put(header, List.of(value));
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return headers;
        }

        @Override
        public OutputStream getOutputStream() {
            return body;
        }

        @Override
        public BufferedWriter getWriter() {
            return new BufferedWriter(new OutputStreamWriter(body, StandardCharsets.UTF_8));
        }
    }
}
