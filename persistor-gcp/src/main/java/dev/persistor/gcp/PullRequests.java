package dev.persistor.gcp;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.pull.PullEndpoint;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** What the functions that are asked for runs have in common. */
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

    /** Returns what a subscription's messages become, filed under the source of the settings, else its short name. */
    static PubSubDelivery delivery(Capture capture, String subscription) {
        return PubSubDelivery.of(subscription, PubSubPushEndpoint.source(capture, PubSubEvent.shortName(subscription)));
    }

    /**
     * Returns the emulator to speak to, if there is one.
     *
     * @throws PullException if it is no host and port
     */
    static Optional<String> emulator(Map<String, String> environment) {
        try {
            return PubSubEmulator.in(environment);
        } catch (IllegalArgumentException e) {
            throw new PullException(String.valueOf(e.getMessage()), false, e);
        }
    }
}
