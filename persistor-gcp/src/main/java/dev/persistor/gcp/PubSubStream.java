package dev.persistor.gcp;

import com.google.api.core.ApiService;
import com.google.api.gax.batching.FlowControlSettings;
import com.google.api.gax.core.FixedExecutorProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.pubsub.v1.AckReplyConsumer;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.message.Message;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import dev.persistor.core.pull.StopReason;
import dev.persistor.core.thread.DaemonThreads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription whose messages come in streams, by Google's own subscriber, which puts deadlines off by itself.
 *
 * <p>Immutable; each run has a subscriber of its own.
 *
 * @param name the subscription's full name
 * @param delivery what its messages become
 * @param deadline how far deadlines are put off at a time, at most
 * @param streams how many streams are open at a time
 * @param emulator the host and port of an emulator, in place of the service
 */
record PubSubStream(String name, PubSubDelivery delivery, Duration deadline, int streams, Optional<String> emulator) {

    private static final Logger LOG = LoggerFactory.getLogger(PubSubStream.class);
    private static final Duration CLOSING = Duration.ofSeconds(10);
    /** As many threads as the subscriber's own would be. */
    private static final int FEWEST_THREADS = 6;

    private static final int THREADS_A_STREAM = 2;
    private static final int MAX_METADATA_BYTES = 4 << 20;
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(5);

    /**
     * Returns a feed that archives what comes until a limit is reached.
     *
     * @param isThere tells of a message whether it is archived already
     */
    Feed feed(Capture capture, PullLimits limits, Predicate<Message> isThere) {
        PubSubReplies replies = new PubSubReplies();
        PullRun<AckReplyConsumer> run =
                PullRun.of(capture, limits, replies).skip(isThere).start();
        return Feed.of(run, () -> archive(run, replies, limits), OptionalLong::empty, () -> {});
    }

    private PullReport archive(PullRun<AckReplyConsumer> run, PubSubReplies replies, PullLimits limits) {
        run.connecting();
        PubSubCalls calls = new PubSubCalls(run::connected, run::connecting);
        ScheduledThreadPoolExecutor streaming = streaming();
        Subscriber subscriber = subscriber(run, replies, limits, calls, streaming);
        subscriber.addListener(
                new ApiService.Listener() {
                    @Override
                    public void failed(ApiService.State from, Throwable failure) {
                        if (failure instanceof Error error) {
                            run.fatal(error);
                        }
                        run.troubled(PubSubErrors.streamFailed("stream from " + name, failure));
                    }
                },
                MoreExecutors.directExecutor());
        subscriber.startAsync();
        run.awaitEnd();
        boolean hadStream = calls.hasStream();
        // It hears of no more messages, and holds those that it has until they are replied to.
        replies.endStreams();
        PullReport report = run.finish();
        // Who ends a run may do so before it has begun.
        if (!hadStream && report.stopped() != StopReason.ENDED) {
            LOG.error("No stream from {} is open at the end of the run: Pub/Sub cannot be reached", name);
        }
        if (subscriber.isRunning()) {
            long missing = replies.awaitArrival(CLOSING);
            if (missing > 0) {
                LOG.warn(
                        "Pub/Sub did not accept {} replies to messages of {}; the messages will be delivered"
                                + " again",
                        missing,
                        name);
            }
        }
        subscriber.stopAsync();
        awaitEnd(subscriber);
        streaming.shutdownNow();
        return report;
    }

    /**
     * Returns the threads for the streams. A subscriber's own threads refuse, with an error in the log, what a stream that breaks while the
     * subscriber stops schedules: another stream, which the subscriber does not want any more.
     */
    private ScheduledThreadPoolExecutor streaming() {
        return new ScheduledThreadPoolExecutor(
                Math.max(FEWEST_THREADS, THREADS_A_STREAM * streams),
                DaemonThreads.numbered("persistor-pubsub"),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private Subscriber subscriber(
            PullRun<AckReplyConsumer> run,
            PubSubReplies replies,
            PullLimits limits,
            PubSubCalls calls,
            ScheduledExecutorService streaming) {
        Subscriber.Builder builder = Subscriber.newBuilder(
                        name, (PubsubMessage message, AckReplyConsumer reply) -> receive(run, replies, message, reply))
                .setParallelPullCount(streams)
                .setSystemExecutorProvider(FixedExecutorProvider.create(streaming))
                .setMaxDurationPerAckExtensionDuration(deadline)
                .setFlowControlSettings(FlowControlSettings.newBuilder()
                        .setMaxOutstandingElementCount((long) Math.min(limits.outstandingMessages(), limits.messages()))
                        .setMaxOutstandingRequestBytes(limits.outstandingBytes())
                        .build());
        emulator.ifPresent(address -> builder.setCredentialsProvider(NoCredentialsProvider.create()));
        // Else as the subscriber's own are, in whose place they are.
        builder.setChannelProvider(PubSubSubscription.channels(emulator, calls, replies)
                .setMaxInboundMetadataSize(MAX_METADATA_BYTES)
                .setKeepAliveTimeDuration(KEEP_ALIVE)
                .build());
        return builder.build();
    }

    /** Returns messages that the subscriber still holds at the end of the run immediately, before their deadline passes. */
    private void receive(
            PullRun<AckReplyConsumer> run, PubSubReplies replies, PubsubMessage message, AckReplyConsumer reply) {
        if (run.isOver()) {
            replies.giveBack(List.of(reply));
            return;
        }
        Integer attempt = Subscriber.getDeliveryAttempt(message);
        try {
            run.takeAll(List.of(delivery.pulled(reply, message, attempt == null ? 0 : attempt)));
        } catch (Error e) {
            // Google's subscriber would keep it to itself, and with it the message.
            run.fatal(e);
        }
    }

    private void awaitEnd(Subscriber subscriber) {
        try {
            subscriber.awaitTerminated(CLOSING.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("The streams of {} did not close within {} s and are abandoned", name, CLOSING.toSeconds());
        } catch (IllegalStateException e) {
            // It failed, and the run was told.
            LOG.debug("The subscriber of {} had failed", name, e);
        }
    }
}
