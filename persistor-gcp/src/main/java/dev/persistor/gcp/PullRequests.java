package dev.persistor.gcp;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.pull.PullEndpoint;
import dev.persistor.core.pull.PullResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The common part of the functions that pull on request. */
final class PullRequests {

    private PullRequests() {}

    /** Returns the body of a request; of one that is too large, enough to show it. */
    static byte[] body(HttpRequest request) throws IOException {
        try (InputStream in = request.getInputStream()) {
            return in.readNBytes(PullEndpoint.MAX_BODY_BYTES + 1);
        }
    }

    static void answer(HttpResponse response, PullResponse answer) throws IOException {
        response.setStatusCode(answer.status());
        response.setContentType(answer.contentType());
        answer.headers().forEach(response::appendHeader);
        response.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
