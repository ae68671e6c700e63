package dev.persistor.core.pull;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.store.BlobStoreException;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests for runs: with status 200 or 503 with a report; 400, 405 or 413 when the request asks for no run, 500 when
 * the configuration has problems, and 503 when the broker or the store cannot be reached.
 */
public final class PullEndpoint {

    /** The maximum size of a request body in bytes. */
    public static final int MAX_BODY_BYTES = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(PullEndpoint.class);
    private static final int BAD_REQUEST = 400;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int TOO_LARGE = 413;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private PullEndpoint() {}

    /** One way to pull. */
    @FunctionalInterface
    public interface Pull {
        /**
         * Archives until a limit is reached.
         *
         * @throws PullException if the broker cannot be reached at all
         */
        PullReport archive(Capture capture, PullLimits limits);
    }

    /** The body of a request. */
    @FunctionalInterface
    public interface Body {
        /**
         * Returns the bytes; of more than {@link #MAX_BODY_BYTES}, one byte more is enough.
         *
         * @throws MalformedEventException if they did not arrive as they were sent
         */
        byte[] read() throws MalformedEventException;
    }

    /** A request. */
    @FunctionalInterface
    public interface Run {
        /**
         * Runs and returns the report.
         *
         * @param body what the request carries
         * @throws MalformedEventException if that cannot be understood
         */
        PullResponse with(byte[] body) throws MalformedEventException;
    }

    /** Pulls within the limits of the settings and the request. Throws nothing that a request can cause. */
    public static PullResponse pull(String method, Body body, Supplier<Capture> capture, Pull pull) {
        return answer(method, body, limits -> {
            Capture open = capture.get();
            PullReport report =
                    pull.archive(open, PullLimits.of(open.settings()).lowered(limits));
            return PullResponse.report(report.isSuccess(), report.toJson());
        });
    }

    /**
     * Runs and answers. Throws nothing that a request can cause.
     *
     * @param method of the request, such as {@code POST}
     */
    public static PullResponse answer(String method, Body body, Run run) {
        if (!method.equals("POST")) {
            return PullResponse.refused(
                    METHOD_NOT_ALLOWED, Map.of("Allow", "POST"), "start a run with POST, not " + method);
        }
        try {
            byte[] bytes = body.read();
            return bytes.length > MAX_BODY_BYTES
                    ? PullResponse.refused(
                            TOO_LARGE, "the body has more than " + MAX_BODY_BYTES + " bytes; send only limits")
                    : run.with(bytes);
        } catch (MalformedEventException e) {
            return PullResponse.refused(BAD_REQUEST, e.reason());
        } catch (SettingsException e) {
            LOG.error("{}", e.getMessage());
            return PullResponse.refused(INTERNAL_ERROR, "the configuration has errors; see the log");
        } catch (PullException | BlobStoreException e) {
            LOG.error("{}", e.getMessage());
            return PullResponse.refused(UNAVAILABLE, "nothing was pulled; see the log");
        }
    }
}
