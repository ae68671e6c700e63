package dev.persistor.gcp;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How runs are asked for over HTTP, and answered. */
final class PullRequests {

    private static final int MAX_BODY_BYTES = 4_096;

    private PullRequests() {}

    /** Returns the body of a request; nothing when it is none for a run, and was refused. */
    static Optional<byte[]> read(HttpRequest request, HttpResponse response) throws IOException {
        if (!request.getMethod().equals("POST")) {
            response.appendHeader("Allow", "POST");
            refuse(response, 405, "ask for a run by POST, not " + request.getMethod());
            return Optional.empty();
        }
        try (InputStream in = request.getInputStream()) {
            byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
            if (body.length > MAX_BODY_BYTES) {
                refuse(response, 413, "the body has more than " + MAX_BODY_BYTES + " bytes; limits have less");
                return Optional.empty();
            }
            return Optional.of(body);
        }
    }

    static void answer(HttpResponse response, boolean isSuccess, byte[] report) throws IOException {
        response.setStatusCode(isSuccess ? 200 : 503);
        response.setContentType("application/json");
        response.getOutputStream().write(report);
    }

    static void refuse(HttpResponse response, int status, String reason) throws IOException {
        response.setStatusCode(status);
        response.setContentType("text/plain; charset=utf-8");
        response.getOutputStream().write(reason.getBytes(StandardCharsets.UTF_8));
    }
}
