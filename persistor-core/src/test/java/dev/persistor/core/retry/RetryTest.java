package dev.persistor.core.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetryTest {

    private static final Backoff BACKOFF = Backoff.ofMillis(50, 2_000);

    /** Draws the greatest number under a bound. */
    private static final class Greatest implements RandomGenerator {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    }

    @Nested
    class Waits {

        @Test
        void areUpToABoundThatDoublesWithEachFailureUntilTheLongest() {
            assertThat(IntStream.rangeClosed(1, 8)
                            .mapToObj(failures -> BACKOFF.after(failures, new Greatest()))
                            .map(Duration::toMillis))
                    .containsExactly(50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L);
        }

        @Test
        void neverGrowFurtherHoweverManyFailuresThereWere() {
            assertThat(BACKOFF.after(Integer.MAX_VALUE, new Greatest())).isEqualTo(Duration.ofSeconds(2));
        }

        @Test
        void mayBeZero() {
            assertThat(BACKOFF.after(3, () -> 0)).isZero();
        }

        @Test
        void haveBoundsOverZeroInTheirOrder() {
            assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Backoff(Duration.ofMillis(-1), Duration.ofSeconds(1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Backoff(Duration.ofMillis(2), Duration.ofMillis(1)))
                    .withMessageContaining("PT0.002S")
                    .withMessageContaining("PT0.001S");
        }

        @Test
        void ofALoopAreShortAgainAfterASuccess() {
            Pauses pauses = new Pauses(new Backoff(Duration.ofMillis(1), Duration.ofDays(1)));
            for (int failure = 1; failure < 20; failure++) {
                assertThat(pauses.afterFailure()).isLessThanOrEqualTo(Duration.ofMillis(1L << (failure - 1)));
            }
            pauses.reset();
            assertThat(pauses.afterFailure()).isLessThanOrEqualTo(Duration.ofMillis(1));
        }
    }

    /** Fails a number of times, then returns how often it was called. */
    private static final class Call {
        private final int failures;
        private int calls;

        Call(int failures) {
            this.failures = failures;
        }

        int call() {
            calls++;
            if (calls <= failures) {
                throw new IllegalStateException("failure " + calls);
            }
            return calls;
        }
    }

    private final List<Long> waits = new ArrayList<>();
    private final List<FailedAttempt> told = new ArrayList<>();

    private Retry retry(RetryBudget budget) {
        return Retry.within(budget, failure -> failure instanceof IllegalStateException)
                .random(Greatest::new)
                .waiting(time -> waits.add(time.toMillis()))
                .onRetry(told::add);
    }

    @Test
    void aCallIsRepeatedUntilItReturnsAndEachFailureIsReported() {
        assertThat(retry(RetryBudget.ofAttempts(10, BACKOFF)).call(new Call(3)::call))
                .isEqualTo(4);
        assertThat(waits).containsExactly(50L, 100L, 200L);
        assertThat(told).extracting(FailedAttempt::number).containsExactly(1, 2, 3);
        assertThat(told)
                .extracting(attempt -> attempt.failure().getMessage())
                .containsExactly("failure 1", "failure 2", "failure 3");
    }

    @Test
    void theLastOfAllAttemptsFailsTheCall() {
        Call call = new Call(100);
        assertThatThrownBy(() -> retry(RetryBudget.ofAttempts(3, BACKOFF)).call(call::call))
                .hasMessage("failure 3");
        assertThat(call.calls).isEqualTo(3);
        assertThat(told).hasSize(2);
    }

    @Test
    void noWaitGoesBeyondTheTimeOfTheBudgetAndTheLastFailureEndsTheCall() {
        Retry sleeping = Retry.within(
                        RetryBudget.of(Duration.ofMillis(40), Backoff.ofMillis(10, 1_000_000)), failure -> true)
                .random(Greatest::new)
                .onRetry(told::add);
        assertThatThrownBy(() -> sleeping.call(new Call(1_000)::call, (last, attempts) -> {
                    assertThat(attempts).isEqualTo(told.size() + 1);
                    return new IllegalArgumentException("gave up", last);
                }))
                .hasMessage("gave up")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBudgetWithoutTimeAndOneWithoutRetriesHaveOneAttempt() {
        for (RetryBudget budget : List.of(RetryBudget.of(Duration.ZERO, BACKOFF), RetryBudget.none())) {
            Call call = new Call(100);
            assertThatThrownBy(() -> retry(budget).call(call::call)).hasMessage("failure 1");
            assertThat(call.calls).isEqualTo(1);
        }
        assertThat(RetryBudget.ofAMinute().time()).isEqualTo(Duration.ofMinutes(1));
        assertThatIllegalArgumentException().isThrownBy(() -> RetryBudget.ofAttempts(0, BACKOFF));
        assertThatIllegalArgumentException().isThrownBy(() -> RetryBudget.of(Duration.ofMillis(-1), BACKOFF));
    }

    @Test
    void otherFailuresAndErrorsAreThrownAtOnceAsTheyAre() {
        Retry retry = retry(RetryBudget.ofAttempts(10, BACKOFF));
        RuntimeException other = new IllegalArgumentException();
        Error error = new OutOfMemoryError();
        assertThatThrownBy(() -> retry.call(
                        () -> {
                            throw other;
                        },
                        (last, attempts) -> new IllegalStateException("gave up")))
                .isSameAs(other);
        assertThatThrownBy(() -> retry.call(() -> {
                    throw error;
                }))
                .isSameAs(error);
        assertThat(waits).isEmpty();
    }

    @Test
    void aWaitCanEndTheRetries() {
        Call call = new Call(100);
        assertThatThrownBy(() -> retry(RetryBudget.ofAttempts(10, BACKOFF))
                        .waiting(time -> call.calls < 2)
                        .call(call::call))
                .hasMessage("failure 2");
        assertThat(told).hasSize(1);
    }

    @Test
    void anInterruptedThreadStaysInterruptedAndMakesNoOtherAttempt() {
        Call call = new Call(100);
        Retry sleeping = Retry.within(RetryBudget.ofAttempts(10, BACKOFF), failure -> true);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> sleeping.call(call::call)).hasMessage("failure 1");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aFutureIsRetriedAsACallIs() {
        Retry retry = retry(RetryBudget.ofAttempts(3, Backoff.ofMillis(1, 1)));
        Call twice = new Call(2);
        assertThat(retry.callAsync(() -> CompletableFuture.supplyAsync(twice::call))
                        .join())
                .isEqualTo(3);
        assertThat(told).extracting(FailedAttempt::number).containsExactly(1, 2);
        Call often = new Call(100);
        assertThatThrownBy(retry.callAsync(() -> CompletableFuture.supplyAsync(often::call))::join)
                .hasRootCauseMessage("failure 3");
    }
}
