package dev.persistor.gcp;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.Capture;
import dev.persistor.core.MalformedEventException;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.store.BlobStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the functions that pull have in common: they read the request, archive within its limits, and answer with a report.
 *
 * <p>Thread-safe.
 */
final class PullEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(PullEndpoint.class);
    private static final int MAX_BODY_BYTES = 4_096;

    /** One way to pull. */
    interface Pull {
        /**
         * Archives until a limit is reached.
         *
         * @throws PullException if the broker cannot be reached at all
         */
        PullReport archive(Capture capture, PullLimits limits);
    }

    private final Supplier<Capture> capture;
    private final Pull pull;

    PullEndpoint(Supplier<Capture> capture, Pull pull) {
        this.capture = capture;
        this.pull = pull;
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
    static Optional<String> emulator() {
        try {
            return PubSubEmulator.in(System.getenv());
        } catch (IllegalArgumentException e) {
            throw new PullException(String.valueOf(e.getMessage()), false, e);
        }
    }

    void service(HttpRequest request, HttpResponse response) throws IOException {
        if (!request.getMethod().equals("POST")) {
            response.appendHeader("Allow", "POST");
            refuse(response, 405, "ask for a run by POST, not " + request.getMethod());
            return;
        }
        byte[] body = read(request);
        if (body.length > MAX_BODY_BYTES) {
            refuse(response, 413, "the body has more than " + MAX_BODY_BYTES + " bytes; limits have less");
            return;
        }
        try {
            Capture open = capture.get();
            Settings settings = open.settings();
            PullReport report = pull.archive(open, PullLimits.of(settings).lowered(body));
            answer(response, report);
        } catch (MalformedEventException e) {
            refuse(response, 400, e.reason());
        } catch (SettingsException e) {
            LOG.error("{}", e.getMessage());
            refuse(response, 500, "the configuration has problems; the log names them");
        } catch (PullException | BlobStoreException e) {
            LOG.error("{}", e.getMessage());
            refuse(response, 503, "nothing was pulled; the log says why");
        }
    }

    private static void answer(HttpResponse response, PullReport report) throws IOException {
        response.setStatusCode(report.isSuccess() ? 200 : 503);
        response.setContentType("application/json");
        response.getOutputStream().write(report.toJson());
    }

    private static byte[] read(HttpRequest request) throws IOException {
        try (InputStream body = request.getInputStream()) {
            return body.readNBytes(MAX_BODY_BYTES + 1);
        }
    }

    private static void refuse(HttpResponse response, int status, String reason) throws IOException {
        response.setStatusCode(status);
        response.setContentType("text/plain; charset=utf-8");
        response.getOutputStream().write(reason.getBytes(StandardCharsets.UTF_8));
    }
}
