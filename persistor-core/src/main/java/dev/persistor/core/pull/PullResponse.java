package dev.persistor.core.pull;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The HTTP answer of a pull function or an invoker.
 *
 * <p>Immutable.
 *
 * @param status the status code
 * @param contentType the MIME type of the body
 * @param headers further headers
 * @param body the text of the body, to be sent as UTF-8
 */
public record PullResponse(int status, String contentType, Map<String, String> headers, String body) {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    /** Keeps its own copy of the headers. */
    public PullResponse {
        headers = Map.copyOf(headers);
    }

    /**
     * Returns the answer that carries a report: 200 for a success, else 503.
     *
     * @param json the report in UTF-8
     */
    public static PullResponse report(boolean isSuccess, byte[] json) {
        return new PullResponse(
                isSuccess ? OK : UNAVAILABLE, "application/json", Map.of(), new String(json, StandardCharsets.UTF_8));
    }

    static PullResponse refused(int status, String reason) {
        return refused(status, Map.of(), reason);
    }

    static PullResponse refused(int status, Map<String, String> headers, String reason) {
        return new PullResponse(status, "text/plain; charset=utf-8", headers, reason);
    }
}
