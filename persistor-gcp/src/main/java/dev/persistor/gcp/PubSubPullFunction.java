package dev.persistor.gcp;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.SharedCapture;
import dev.persistor.core.pull.PullEndpoint;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Archives what waits in a pull subscription, call by call, whenever it is asked to by a POST: deploy it with the entry point
 * {@code dev.persistor.gcp.PubSubPullFunction}, built with {@code -Ppull}.
 *
 * <p>A run ends when it has as many messages as it may, when its time is over, or when nothing has come for a while. The
 * body may lower the first two, as in {@code {"messages": 1000, "seconds": 30}}. The answer is a {@link PullReport}: 200 when
 * all that was received is durable, 503 when something may not be and was given back to Pub/Sub, or when Pub/Sub could not
 * be asked; 400 when the body cannot be understood, 500 when the configuration has errors.
 *
 * <p>Thread-safe.
 */
public final class PubSubPullFunction implements HttpFunction {

    private static final int EXTENSIONS_A_DEADLINE = 3;

    private final Supplier<Capture> capture;

    /** For the platform: reads the environment at the first request. */
    public PubSubPullFunction() {
        this.capture = new SharedCapture(System::getenv, PubSubPullSettings.withCommon());
    }

    private static PullReport archive(Capture capture, PullLimits limits) {
        String name = capture.settings().get(PubSubPullSettings.SUBSCRIPTION);
        Duration deadline = capture.settings().get(PubSubPullSettings.EXTENSION);
        try (PubSubSubscription subscription = PubSubSubscription.open(
                name, PubSubDelivery.of(capture, name), deadline, PubSubEmulator.forPull(System.getenv()))) {
            return PullRun.of(capture, limits, subscription)
                    .extendEvery(deadline.dividedBy(EXTENSIONS_A_DEADLINE))
                    .start()
                    .pullFrom(subscription);
        }
    }

    @Override
    public void service(HttpRequest request, HttpResponse response) throws IOException {
        byte[] body = PullRequests.body(request);
        PullRequests.answer(
                response, PullEndpoint.pull(request.getMethod(), () -> body, capture, PubSubPullFunction::archive));
    }
}
