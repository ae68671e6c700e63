package dev.persistor.core.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.write.RejectedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandoffQueueTest {

    private static final Duration SOON = Duration.ofMillis(20);

    private final HandoffQueue<Integer> arrivals = new HandoffQueue<>(5);
    private final List<String> made = new ArrayList<>();

    private void deliver(int number) {
        arrivals.deliver(() -> pulled(number));
    }

    private static Optional<Received<Integer>> pulled(int number) {
        return Optional.of(Received.of(number, RejectedEvent.of("s", new byte[0], "t/t", Attributes.empty(), "none")));
    }

    private List<Integer> receive(int most) {
        return arrivals.receive(most, SOON).stream().map(Received::delivery).toList();
    }

    @Test
    void aChangeIsMadeWhenAllBeforeItWasHandedOver() {
        deliver(1);
        deliver(2);
        arrivals.change(() -> made.add("change"));
        deliver(3);

        assertThat(receive(10)).containsExactly(1, 2);
        assertThat(made).isEmpty();
        assertThat(receive(10)).containsExactly(3);
        assertThat(made).containsExactly("change");
        assertThat(receive(10)).isEmpty();
    }

    @Test
    void noMoreIsHandedOverThanIsAskedForAndWhatIsNotWantedIsLeftOut() {
        deliver(1);
        arrivals.deliver(Optional::empty);
        deliver(2);
        deliver(3);
        assertThat(receive(2)).containsExactly(1, 2);
        assertThat(receive(2)).containsExactly(3);
    }

    @Test
    void whatCameTogetherIsHandedOverInPartsAndEachIsMadeWhenItsTurnComes() {
        arrivals.deliverAll(List.of(1, 2, 3), number -> {
            made.add("taken " + number);
            return pulled(number);
        });
        arrivals.change(() -> made.add("change"));
        assertThat(receive(2)).containsExactly(1, 2);
        assertThat(made).containsExactly("taken 1", "taken 2");
        assertThat(receive(2)).containsExactly(3);
        assertThat(made).containsExactly("taken 1", "taken 2", "taken 3");
        assertThat(receive(2)).isEmpty();
        assertThat(made).endsWith("change");
    }

    @Test
    void whatAChangeThrowsTheReceiverGetsAndWhatFollowsIsThere() {
        arrivals.change(() -> {
            throw new PullException("gone", true, null);
        });
        deliver(1);
        assertThatThrownBy(() -> receive(10)).isInstanceOf(PullException.class);
        assertThat(receive(10)).containsExactly(1);
    }

    @Test
    void whoBringsMoreThanMayWaitWaitsUntilThereIsRoomOrItIsClosed() {
        for (int number = 0; number < 5; number++) {
            deliver(number);
        }
        CompletableFuture<Void> sixth = CompletableFuture.runAsync(() -> deliver(5));
        assertThat(sixth).isNotDone();
        assertThat(receive(1)).containsExactly(0);
        sixth.join();
        CompletableFuture<Void> seventh = CompletableFuture.runAsync(() -> deliver(6));
        arrivals.close();
        seventh.join();
        assertThat(receive(10)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void whatIsLeftIsTakenAlthoughAChangeReportsAFailure() {
        deliver(1);
        arrivals.change(() -> {
            throw new PullException("the broker went away", true, null);
        });
        deliver(2);
        assertThat(arrivals.takeLeft()).containsExactly(1, 2);
        assertThat(arrivals.takeLeft()).isEmpty();
    }
}
