package dev.persistor.gcp;

import com.google.cloud.pubsub.v1.AckReplyConsumer;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import dev.persistor.core.pull.PullBroker;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber is to reply to messages, and whether it has. Google's subscriber sends replies ten times a second, and one
 * that is stopped waits for those alone whose call has begun: it may close its channel before it has sent those that it took up
 * a moment ago, and says nothing of it (1.148.0). So its streams are ended first, and it is stopped when Pub/Sub has answered.
 *
 * <p>Thread-safe. Each message's reply is an object of its own.
 */
final class PubSubReplies implements PullBroker<AckReplyConsumer>, ClientInterceptor {

    private final Set<ClientCall<?, ?>> streams = new HashSet<>();
    private boolean areStreamsEnded;
    private long given;
    private long arrived;

    @Override
    public void acknowledge(List<AckReplyConsumer> deliveries) {
        gave(deliveries.size());
        deliveries.forEach(AckReplyConsumer::ack);
    }

    @Override
    public void giveBack(List<AckReplyConsumer> deliveries) {
        gave(deliveries.size());
        deliveries.forEach(AckReplyConsumer::nack);
    }

    /** The subscriber does it. */
    @Override
    public void extend(List<AckReplyConsumer> deliveries) {}

    private synchronized void gave(int replies) {
        given += replies;
    }

    private synchronized void arrived(int replies) {
        arrived += replies;
        notifyAll();
    }

    /** Waits until Pub/Sub has taken all replies, and no longer than this; returns how many it has not. */
    synchronized long awaitArrival(Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        try {
            for (long left = limit.toNanos(); arrived < given && left > 0; left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Math.max(0, given - arrived);
    }

    /** Ends the streams that are open, and lets no others bring messages. */
    void endStreams() {
        Set<ClientCall<?, ?>> open;
        synchronized (this) {
            areStreamsEnded = true;
            open = Set.copyOf(streams);
        }
        open.forEach(PubSubReplies::end);
    }

    private static void end(ClientCall<?, ?> stream) {
        stream.cancel("the run is over", null);
    }

    private synchronized boolean areStreamsEnded() {
        return areStreamsEnded;
    }

    /** Tells whether the stream may go on. */
    private synchronized boolean opened(ClientCall<?, ?> stream) {
        return streams.add(stream) && !areStreamsEnded;
    }

    private synchronized void closed(ClientCall<?, ?> stream) {
        streams.remove(stream);
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        if (method.getType() == MethodType.UNARY) {
            return new Reply<>(next.newCall(method, options));
        }
        return areStreamsEnded() ? new Ended<>() : new Stream<>(next.newCall(method, options));
    }

    private static int replies(Object request) {
        if (request instanceof AcknowledgeRequest acknowledgement) {
            return acknowledgement.getAckIdsCount();
        }
        // A deadline of nothing gives a message back, and others put its own off.
        return request instanceof ModifyAckDeadlineRequest change && change.getAckDeadlineSeconds() == 0
                ? change.getAckIdsCount()
                : 0;
    }

    private final class Reply<Q, A> extends SimpleForwardingClientCall<Q, A> {
        private volatile int replies;

        Reply(ClientCall<Q, A> call) {
            super(call);
        }

        @Override
        public void sendMessage(Q request) {
            replies = replies(request);
            super.sendMessage(request);
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            super.start(
                    new SimpleForwardingClientCallListener<>(listener) {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            if (status.isOk()) {
                                arrived(replies);
                            }
                            super.onClose(status, trailers);
                        }
                    },
                    headers);
        }
    }

    private final class Stream<Q, A> extends SimpleForwardingClientCall<Q, A> {
        Stream(ClientCall<Q, A> call) {
            super(call);
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            boolean mayGoOn = opened(this);
            super.start(
                    new SimpleForwardingClientCallListener<>(listener) {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            closed(Stream.this);
                            super.onClose(status, trailers);
                        }
                    },
                    headers);
            if (!mayGoOn) {
                end(this);
            }
        }
    }

    /** A stream that is open to the subscriber, and leads nowhere. */
    private static final class Ended<Q, A> extends ClientCall<Q, A> {
        private @Nullable Listener<A> listener;

        @Override
        public synchronized void start(Listener<A> listener, Metadata headers) {
            this.listener = listener;
        }

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            Listener<A> told;
            synchronized (this) {
                told = listener;
                listener = null;
            }
            if (told != null) {
                told.onClose(Status.CANCELLED.withDescription(message).withCause(cause), new Metadata());
            }
        }

        @Override
        public void request(int messages) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q request) {}
    }
}
