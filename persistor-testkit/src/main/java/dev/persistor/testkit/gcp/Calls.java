package dev.persistor.testkit.gcp;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** How calls are answered. */
final class Calls {

    private Calls() {}

    /** Answers a call with what is made for it, or with the status that refuses it. */
    static <T> void answer(StreamObserver<T> observer, Supplier<T> made) {
        T answer;
        try {
            answer = made.get();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }
}
