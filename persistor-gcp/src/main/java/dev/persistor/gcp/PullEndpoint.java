package dev.persistor.gcp;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.store.BlobStoreException;
import java.io.IOException;
import java.util.Map;
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
    static Optional<String> emulator(Map<String, String> environment) {
        try {
            return PubSubEmulator.in(environment);
        } catch (IllegalArgumentException e) {
            throw new PullException(String.valueOf(e.getMessage()), false, e);
        }
    }

    void service(HttpRequest request, HttpResponse response) throws IOException {
        Optional<byte[]> body = PullRequests.read(request, response);
        if (body.isEmpty()) {
            return;
        }
        try {
            Capture open = capture.get();
            PullReport report =
                    pull.archive(open, PullLimits.of(open.settings()).lowered(body.get()));
            PullRequests.answer(response, report.isSuccess(), report.toJson());
        } catch (MalformedEventException e) {
            PullRequests.refuse(response, 400, e.reason());
        } catch (SettingsException e) {
            LOG.error("{}", e.getMessage());
            PullRequests.refuse(response, 500, "the configuration has problems; the log names them");
        } catch (PullException | BlobStoreException e) {
            LOG.error("{}", e.getMessage());
            PullRequests.refuse(response, 503, "nothing was pulled; the log says why");
        }
    }
}
