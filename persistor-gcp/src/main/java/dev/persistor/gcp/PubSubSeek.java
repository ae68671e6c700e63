package dev.persistor.gcp;

import com.google.api.gax.rpc.ApiException;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.protobuf.Timestamp;
import com.google.pubsub.v1.SeekRequest;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.Redelivery;
import java.io.IOException;
import java.util.Optional;

/** Has Pub/Sub deliver to a subscription once more (https://cloud.google.com/pubsub/docs/replay-overview). */
final class PubSubSeek {

    private PubSubSeek() {}

    /**
     * Sets the subscription back.
     *
     * @throws PullException if Pub/Sub cannot be reached, or refuses
     */
    static void seek(Redelivery again, Optional<String> emulator) {
        String what = "seek in " + again.subscription();
        try (SubscriberStub client =
                PubSubSubscription.clientSettings(emulator).build().createStub()) {
            client.seekCallable().call(request(again));
        } catch (ApiException e) {
            throw PubSubErrors.pullFailed(what, e);
        } catch (IOException e) {
            throw new PullException(what + ": " + e.getMessage(), false, e);
        }
    }

    private static SeekRequest request(Redelivery again) {
        SeekRequest.Builder request = SeekRequest.newBuilder().setSubscription(again.subscription());
        again.from()
                .ifPresent(time -> request.setTime(
                        Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano())));
        again.snapshot().ifPresent(request::setSnapshot);
        return request.build();
    }
}
