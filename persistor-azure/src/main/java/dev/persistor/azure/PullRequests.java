package dev.persistor.azure;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.InvokerReport;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.store.BlobStoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How runs are asked for over HTTP, and answered. */
final class PullRequests {

    private static final Logger LOG = LoggerFactory.getLogger(PullRequests.class);
    private static final int MAX_BODY_BYTES = 4_096;

    private PullRequests() {}

    /**
     * What a run brought.
     *
     * @param isSuccess whether all that was received is durable
     * @param json the report
     */
    record Report(boolean isSuccess, ByteBuffer json) {
        static Report of(PullReport report) {
            return new Report(report.isSuccess(), ByteBuffer.wrap(report.toJson()));
        }

        static Report of(InvokerReport report) {
            return new Report(report.isSuccess(), ByteBuffer.wrap(report.toJson()));
        }

        String text() {
            return StandardCharsets.UTF_8.decode(json.duplicate()).toString();
        }
    }

    /** What is asked for. */
    interface Run {
        /**
         * Runs.
         *
         * @param body what the request carries
         * @throws MalformedEventException if that cannot be understood
         */
        Report with(byte[] body) throws MalformedEventException;
    }

    /** One way to pull. */
    interface Pull {
        /**
         * Archives until a limit is reached.
         *
         * @throws PullException if the broker cannot be reached at all
         */
        PullReport archive(Capture capture, PullLimits limits, Map<String, String> environment);
    }

    /** Pulls within the limits of the settings and the request, and answers. */
    static HttpResponseMessage pull(HttpRequestMessage<Optional<String>> request, Pull pull) {
        return answer(request, body -> {
            Capture capture = FunctionApp.capture();
            PullLimits limits = PullLimits.of(capture.settings()).lowered(body);
            return Report.of(pull.archive(capture, limits, System.getenv()));
        });
    }

    /** Answers 200 or 503 with a report; 400, 413 or 500 when there was no run, and 503 when the broker cannot be asked. */
    static HttpResponseMessage answer(HttpRequestMessage<Optional<String>> request, Run run) {
        try {
            byte[] body = RequestText.of(request).getBytes(StandardCharsets.UTF_8);
            if (body.length > MAX_BODY_BYTES) {
                // The library has no name for 413.
                return refuse(request, 413, "the body has more than " + MAX_BODY_BYTES + " bytes; limits have less");
            }
            Report report = run.with(body);
            return request.createResponseBuilder(report.isSuccess() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                    .header("Content-Type", "application/json")
                    .body(report.text())
                    .build();
        } catch (MalformedEventException e) {
            return refuse(request, 400, e.reason());
        } catch (SettingsException e) {
            LOG.error("{}", e.getMessage());
            return refuse(request, 500, "the configuration has problems; the log names them");
        } catch (PullException | BlobStoreException e) {
            LOG.error("{}", e.getMessage());
            return refuse(request, 503, "nothing was pulled; the log says why");
        }
    }

    private static HttpResponseMessage refuse(HttpRequestMessage<?> request, int status, String reason) {
        return request.createResponseBuilder(HttpStatus.valueOf(status))
                .header("Content-Type", "text/plain; charset=utf-8")
                .body(reason)
                .build();
    }
}
