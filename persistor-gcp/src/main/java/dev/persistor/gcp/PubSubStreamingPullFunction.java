package dev.persistor.gcp;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.SharedCapture;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.PullEndpoint;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Archives what waits in a pull subscription, by streams, whenever it is asked to by a POST: deploy it with the entry point
 * {@code dev.persistor.gcp.PubSubStreamingPullFunction}, built with {@code -Ppull}. Requests, limits and answers are as of
 * {@link PubSubPullFunction}; it suits larger backlogs.
 *
 * <p>Thread-safe.
 */
public final class PubSubStreamingPullFunction implements HttpFunction {

    private final Supplier<Capture> capture;

    /** For the platform: reads the environment at the first request. */
    public PubSubStreamingPullFunction() {
        this.capture = new SharedCapture(System::getenv, PubSubPullSettings.withCommon());
    }

    private static PullReport archive(Capture capture, PullLimits limits) {
        try (Feed feed = PubSubFeedProvider.stream(capture, limits, System.getenv())) {
            return feed.archive();
        }
    }

    @Override
    public void service(HttpRequest request, HttpResponse response) throws IOException {
        byte[] body = PullRequests.body(request);
        PullRequests.answer(
                response,
                PullEndpoint.pull(request.getMethod(), () -> body, capture, PubSubStreamingPullFunction::archive));
    }
}
