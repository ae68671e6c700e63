package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.core.amqp.exception.OperationCancelledException;
import com.azure.messaging.servicebus.ServiceBusErrorSource;
import com.azure.messaging.servicebus.ServiceBusException;
import dev.persistor.core.replay.PublishException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmqpErrorsTest {

    private static AmqpException answer(AmqpErrorCondition condition, boolean isTransient) {
        return new AmqpException(isTransient, condition, "text of the client's own", null);
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_BUSY_ERROR, true, true",
        "TIMEOUT_ERROR, true, true",
        "LINK_DETACH_FORCED, true, true",
        "RESOURCE_LIMIT_EXCEEDED, false, true",
        "OPERATION_CANCELLED, false, true",
        "UNAUTHORIZED_ACCESS, false, false",
        "NOT_FOUND, false, false",
        "LINK_PAYLOAD_SIZE_EXCEEDED, false, false",
        "ENTITY_DISABLED_ERROR, false, false"
    })
    void theClientSaysWhatMayBeTriedAgainAndAFullEntityToo(
            AmqpErrorCondition condition, boolean isTransient, boolean retryable) {
        PublishException failure = AmqpErrors.translate("publish m to hub", answer(condition, isTransient));
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure).hasMessage("publish m to hub: the broker answers " + condition.getErrorCondition());
    }

    @Test
    void aFailureIsFoundUnderThoseThatWrapIt() {
        AmqpException answered = answer(AmqpErrorCondition.SERVER_BUSY_ERROR, true);
        RuntimeException wrapped = new IllegalStateException(
                "retries are exhausted", new ServiceBusException(answered, ServiceBusErrorSource.SEND));
        assertThat(AmqpErrors.translate("publish", wrapped))
                .hasMessageContaining("com.microsoft:server-busy")
                .hasCause(wrapped);
        assertThat(AmqpErrors.isThrottled(wrapped)).isTrue();
        assertThat(AmqpErrors.isThrottled(answer(AmqpErrorCondition.TIMEOUT_ERROR, true)))
                .isFalse();
    }

    @Test
    void anErrorOfTheProcessIsNoFailureOfTheBroker() {
        NoClassDefFoundError error = new NoClassDefFoundError("client/Missing");
        assertThatThrownBy(() -> {
                    throw AmqpErrors.pullFailed("read hub", new IllegalStateException("wrapped", error));
                })
                .isSameAs(error);
    }

    @Test
    void whatIsNotAllowedIsNotTriedAgain() {
        PublishException failure = AmqpErrors.translate("publish", new UnsupportedOperationException("sessions"));
        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure).hasMessageContaining("not permitted");
    }

    @Test
    void aReleasedMessageMayBeTriedAgain() {
        assertThat(AmqpErrors.translate("publish", new OperationCancelledException("released", null))
                        .isRetryable())
                .isTrue();
    }

    @Test
    void whatTheClientRefusesIsNotTriedAgain() {
        assertThat(AmqpErrors.translate("publish", new IllegalArgumentException("x"))
                        .isRetryable())
                .isFalse();
    }

    @Test
    void noAnswerMayBeTriedAgain() {
        PublishException failure =
                AmqpErrors.translate("publish", new IllegalStateException("timeout", new TimeoutException("30 s")));
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessageStartingWith("publish: no answer; check the address");
    }
}
