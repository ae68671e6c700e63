package dev.persistor.gcp;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Watches whether a client's calls get through to Pub/Sub. Where packets are dropped on their way, a call only takes its time,
 * as it does when there is nothing to receive, and a stream is opened again and again without a word.
 *
 * <p>Thread-safe.
 */
final class PubSubCalls implements ClientInterceptor {

    private final Runnable firstStream;
    private final Runnable noStream;
    private int streams;
    private volatile boolean isReached;

    /** Watches calls of which none is a stream. */
    PubSubCalls() {
        this(() -> {}, () -> {});
    }

    /**
     * Watches streams, too.
     *
     * @param firstStream called when a stream is open where none was
     * @param noStream called when the last one that was open is not any more
     */
    PubSubCalls(Runnable firstStream, Runnable noStream) {
        this.firstStream = firstStream;
        this.noStream = noStream;
    }

    /** Tells whether a call has ever got as far as a connection. */
    boolean isReached() {
        return isReached;
    }

    /** Tells whether a stream is open. */
    synchronized boolean hasStream() {
        return streams > 0;
    }

    private synchronized void opened() {
        if (++streams == 1) {
            firstStream.run();
        }
    }

    private synchronized void closed() {
        if (--streams == 0) {
            noStream.run();
        }
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(new Watched<>(this, listener), headers);
            }
        };
    }

    private final class Watched<A> extends SimpleForwardingClientCallListener<A> {
        private final ClientCall<?, A> call;
        private boolean isStream;

        Watched(ClientCall<?, A> call, ClientCall.Listener<A> listener) {
            super(listener);
            this.call = call;
        }

        /** Of streams alone, and not before there is a connection to write to. */
        @Override
        public void onReady() {
            if (!isStream) {
                isStream = true;
                opened();
            }
            super.onReady();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null) {
                isReached = true;
            }
            if (isStream) {
                closed();
            }
            super.onClose(status, trailers);
        }
    }
}
