package dev.persistor.gcp;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ends the retries of Google's client, which with ordering keys go on for ever whatever its settings say. A request whose
 * attempts have failed for so long a time fails with a status that the client does not retry, and the last failure as
 * the cause.
 *
 * <p>The attempts of one request send one and the same object, by which they are known.
 *
 * <p>Thread-safe.
 */
final class RetryBudget implements ClientInterceptor {

    private final long budgetNanos;
    private final Map<Object, Long> firstAttempts = Collections.synchronizedMap(new IdentityHashMap<>());

    RetryBudget(Duration budget) {
        this.budgetNanos = budget.toNanos();
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new JudgedCall<>(next.newCall(method, options));
    }

    /** One attempt. */
    private final class JudgedCall<Q, A> extends SimpleForwardingClientCall<Q, A> {
        private volatile @Nullable Object sent;

        JudgedCall(ClientCall<Q, A> call) {
            super(call);
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            Listener<A> judging = new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                    Object request = sent;
                    super.onClose(request == null ? status : judge(request, status), trailers);
                }
            };
            super.start(judging, headers);
        }

        @Override
        public void sendMessage(Q request) {
            sent = request;
            firstAttempts.putIfAbsent(request, System.nanoTime());
            super.sendMessage(request);
        }
    }

    private Status judge(Object request, Status status) {
        boolean retryable = PubSubErrors.isRetryable(status.getCode());
        Long first = firstAttempts.get(request);
        if (retryable && first != null && System.nanoTime() - first < budgetNanos) {
            return status;
        }
        firstAttempts.remove(request);
        return retryable
                ? Status.FAILED_PRECONDITION.withDescription("retries gave up").withCause(new GaveUpException(status))
                : status;
    }

    /** Says that a failure that could be retried was retried for long enough. */
    static final class GaveUpException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Status.Code last;

        GaveUpException(Status last) {
            super(last.getCode() + " for too long", last.asException());
            this.last = last.getCode();
        }

        Status.Code last() {
            return last;
        }
    }
}
