package dev.persistor.azure;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.pull.PullEndpoint;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The common part of the functions that pull on request. */
final class PullRequests {

    private PullRequests() {}

    /** One way to pull; see {@link PullEndpoint.Pull}. */
    interface Pull {
        PullReport archive(Capture capture, PullLimits limits, Map<String, String> environment);
    }

    /** Pulls within the limits of the settings and the request, and answers. */
    static HttpResponseMessage pull(HttpRequestMessage<Optional<String>> request, Pull pull) {
        return answer(
                request,
                PullEndpoint.pull(
                        method(request),
                        () -> body(request),
                        FunctionApp::capture,
                        (capture, limits) -> pull.archive(capture, limits, System.getenv())));
    }

    /** Calls a pull function many times, and answers. */
    static HttpResponseMessage invoke(HttpRequestMessage<Optional<String>> request) {
        return answer(
                request,
                PullEndpoint.answer(
                        method(request),
                        () -> body(request),
                        body -> FunctionApp.invoker().invoke(body).response()));
    }

    private static String method(HttpRequestMessage<?> request) {
        return request.getHttpMethod().name();
    }

    private static byte[] body(HttpRequestMessage<Optional<String>> request) throws MalformedEventException {
        return RequestText.of(request).getBytes(StandardCharsets.UTF_8);
    }

    private static HttpResponseMessage answer(HttpRequestMessage<?> request, PullResponse answer) {
        HttpResponseMessage.Builder response = request.createResponseBuilder(HttpStatus.valueOf(answer.status()))
                .header("Content-Type", answer.contentType());
        answer.headers().forEach(response::header);
        return response.body(answer.body()).build();
    }
}
