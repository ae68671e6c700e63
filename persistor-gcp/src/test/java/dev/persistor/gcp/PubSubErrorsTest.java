package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.grpc.GrpcStatusCode;
import com.google.api.gax.rpc.ApiExceptionFactory;
import dev.persistor.core.replay.PublishException;
import io.grpc.Status;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PubSubErrorsTest {

    private static PublishException translate(Status status) {
        return PubSubErrors.translate(
                "publish to projects/p/topics/t",
                ApiExceptionFactory.createException(
                        status.asRuntimeException(), GrpcStatusCode.of(status.getCode()), false));
    }

    @Test
    void whereNothingAnsweredItSaysWhyInsteadOfACode() {
        UnknownHostException unknown = new UnknownHostException("pubsub.example");
        assertThat(translate(Status.UNAVAILABLE.withCause(new IllegalStateException(unknown))))
                .hasMessage("publish to projects/p/topics/t: the host name pubsub.example cannot be resolved; check"
                        + " the address, the DNS and the network");
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, true, Pub/Sub answers UNAVAILABLE",
        "DEADLINE_EXCEEDED, true, Pub/Sub answers DEADLINE_EXCEEDED",
        "RESOURCE_EXHAUSTED, true, Pub/Sub answers RESOURCE_EXHAUSTED",
        "INTERNAL, true, Pub/Sub answers INTERNAL",
        "NOT_FOUND, false, the topic does not exist",
        "PERMISSION_DENIED, false, roles/pubsub.publisher",
        "UNAUTHENTICATED, false, credentials",
        "INVALID_ARGUMENT, false, Pub/Sub answers INVALID_ARGUMENT",
    })
    void anAnswerSaysWhetherARetryHelps(Status.Code code, boolean retryable, String text) {
        PublishException failure = translate(Status.fromCode(code).withDescription("quotes the payload"));
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure)
                .hasMessageStartingWith("publish to projects/p/topics/t: ")
                .hasMessageContaining(text)
                .hasMessageNotContaining("payload");
    }
}
