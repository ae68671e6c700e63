package dev.persistor.gcp;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.api.gax.rpc.UnaryCallable;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.cloud.pubsub.v1.stub.SubscriberStubSettings;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.ReceivedMessage;
import dev.persistor.core.pull.PullBroker;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Received;
import io.grpc.ClientInterceptor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A subscription that is asked for messages by Google's generated client, call by call.
 *
 * <p>Thread-safe. A delivery is named by its acknowledgement id.
 */
final class PubSubSubscription implements PullSource<String>, PullBroker<String>, AutoCloseable {

    // https://cloud.google.com/pubsub/quotas#resource_limits
    private static final int MAX_MESSAGES = 1_000;
    /** A request has 512 KiB at most, and an id some 200 bytes. */
    private static final int IDS_A_REQUEST = 1_000;

    private static final int MAX_ANSWER_BYTES = 20 << 20;
    /** Pub/Sub answers a call that finds nothing within it, and then with nothing; one that is cut off may lose its answer. */
    private static final Duration LONGEST_QUESTION = Duration.ofSeconds(20);

    private static final Duration SETTLING = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final double PAUSE_GROWTH = 2;

    private final String name;
    private final PubSubDelivery delivery;
    private final Duration deadline;
    private final SubscriberStub client;
    private final PubSubCalls calls;

    private PubSubSubscription(
            String name, PubSubDelivery delivery, Duration deadline, SubscriberStub client, PubSubCalls calls) {
        this.name = name;
        this.delivery = delivery;
        this.deadline = deadline;
        this.client = client;
        this.calls = calls;
    }

    /**
     * Opens a subscription.
     *
     * @param name its full name
     * @param delivery what its messages become
     * @param deadline how far deadlines are put off, 10 s to 600 s
     * @param emulator the host and port of an emulator, in place of the service
     * @throws PullException if there are no credentials
     */
    static PubSubSubscription open(String name, PubSubDelivery delivery, Duration deadline, Optional<String> emulator) {
        PubSubCalls calls = new PubSubCalls();
        SubscriberStubSettings.Builder settings = clientSettings(emulator, calls);
        // Whether to ask again is the run's to decide; what it tells is told again, since that does no harm.
        settings.pullSettings().setRetryableCodes().setSimpleTimeoutNoRetriesDuration(LONGEST_QUESTION);
        settle(settings.acknowledgeSettings());
        settle(settings.modifyAckDeadlineSettings());
        try {
            return new PubSubSubscription(
                    name, delivery, deadline, settings.build().createStub(), calls);
        } catch (IOException e) {
            throw new PullException("open " + name + ": " + e.getMessage(), false, e);
        }
    }

    /** Returns settings of a client of the service, or of an emulator in its place. */
    static SubscriberStubSettings.Builder clientSettings(Optional<String> emulator, ClientInterceptor... calls) {
        SubscriberStubSettings.Builder settings = SubscriberStubSettings.newBuilder();
        settings.setTransportChannelProvider(channels(emulator, calls).build());
        emulator.ifPresent(address -> settings.setCredentialsProvider(NoCredentialsProvider.create()));
        return settings;
    }

    /** Returns what connects to the service, or to an emulator, which has no TLS, in its place. */
    static InstantiatingGrpcChannelProvider.Builder channels(Optional<String> emulator, ClientInterceptor... calls) {
        InstantiatingGrpcChannelProvider.Builder channels = SubscriberStubSettings.defaultGrpcTransportProviderBuilder()
                .setMaxInboundMessageSize(MAX_ANSWER_BYTES)
                .setInterceptorProvider(() -> List.of(calls));
        emulator.ifPresent(
                address -> channels.setEndpoint(address).setChannelConfigurator(channel -> channel.usePlaintext()));
        return channels;
    }

    private static void settle(UnaryCallSettings.Builder<?, ?> call) {
        call.setRetryableCodes(PubSubErrors.retryable())
                .setRetrySettings(RetrySettings.newBuilder()
                        .setTotalTimeoutDuration(SETTLING)
                        .setInitialRetryDelayDuration(FIRST_PAUSE)
                        .setMaxRetryDelayDuration(LONGEST_PAUSE)
                        .setRetryDelayMultiplier(PAUSE_GROWTH)
                        .setInitialRpcTimeoutDuration(SETTLING)
                        .setMaxRpcTimeoutDuration(SETTLING)
                        .setRpcTimeoutMultiplier(1)
                        .build());
    }

    /** Waits as long as Pub/Sub does, which may be less than the caller would, and never so little that an answer is lost. */
    @Override
    public List<Received<String>> receive(int most, Duration wait) {
        PullRequest request = PullRequest.newBuilder()
                .setSubscription(name)
                .setMaxMessages(Math.min(most, MAX_MESSAGES))
                .build();
        List<ReceivedMessage> received;
        try {
            received = client.pullCallable().call(request).getReceivedMessagesList();
        } catch (ApiException e) {
            if (PubSubErrors.isTimeOut(e) && calls.isReached()) {
                return List.of();
            }
            throw PubSubErrors.pullFailed("pull from " + name, e);
        }
        List<Received<String>> pulled = received.stream().map(this::pulled).toList();
        if (!pulled.isEmpty()) {
            extend(received.stream().map(ReceivedMessage::getAckId).toList());
        }
        return pulled;
    }

    private Received<String> pulled(ReceivedMessage received) {
        return delivery.pulled(received.getAckId(), received.getMessage(), received.getDeliveryAttempt());
    }

    @Override
    public void acknowledge(List<String> deliveries) {
        inRequests(
                deliveries,
                ids -> tell(
                        "acknowledge to ",
                        client.acknowledgeCallable(),
                        AcknowledgeRequest.newBuilder()
                                .setSubscription(name)
                                .addAllAckIds(ids)
                                .build()));
    }

    @Override
    public void giveBack(List<String> deliveries) {
        modifyDeadline(deliveries, Duration.ZERO);
    }

    @Override
    public void extend(List<String> deliveries) {
        modifyDeadline(deliveries, deadline);
    }

    private void modifyDeadline(List<String> deliveries, Duration fromNow) {
        inRequests(
                deliveries,
                ids -> tell(
                        "set deadlines of ",
                        client.modifyAckDeadlineCallable(),
                        ModifyAckDeadlineRequest.newBuilder()
                                .setSubscription(name)
                                .addAllAckIds(ids)
                                .setAckDeadlineSeconds(Math.toIntExact(fromNow.toSeconds()))
                                .build()));
    }

    private static void inRequests(List<String> ids, Consumer<List<String>> request) {
        for (int from = 0; from < ids.size(); from += IDS_A_REQUEST) {
            request.accept(ids.subList(from, Math.min(ids.size(), from + IDS_A_REQUEST)));
        }
    }

    private <R> void tell(String what, UnaryCallable<R, ?> call, R request) {
        try {
            call.call(request);
        } catch (ApiException e) {
            throw PubSubErrors.pullFailed(what + name, e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
