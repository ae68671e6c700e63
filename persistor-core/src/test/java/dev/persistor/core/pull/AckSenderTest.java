package dev.persistor.core.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AckSenderTest {

    private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
    private final List<Integer> givenBack = new CopyOnWriteArrayList<>();
    private final List<Error> errors = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);

    private final PullBroker<Integer> broker = new PullBroker<>() {
        @Override
        public void acknowledge(List<Integer> deliveries) {
            if (deliveries.contains(-1)) {
                throw new NoClassDefFoundError("client/Missing");
            }
            if (deliveries.contains(-2)) {
                throw new PullException("acknowledge: no answer", true, null);
            }
            if (deliveries.contains(0)) {
                awaitAnswer();
            }
            acknowledged.addAll(deliveries);
        }

        @Override
        public void giveBack(List<Integer> deliveries) {
            givenBack.addAll(deliveries);
        }

        @Override
        public void extend(List<Integer> deliveries) {}
    };

    private final AckSender<Integer> settler = new AckSender<>(broker, errors::add);

    private void awaitAnswer() {
        try {
            mayAnswer.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitIdle() {
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("persistor-pull-settler"))
                .allMatch(thread -> thread.getState() == Thread.State.WAITING));
    }

    @Test
    void aThreadThatWaitsIsWokenByEachDelivery() {
        awaitIdle();
        settler.acknowledge(1);
        await().until(() -> acknowledged.contains(1));
        awaitIdle();
        settler.giveBack(2);
        await().until(() -> givenBack.contains(2));
        settler.close();
    }

    @Test
    void closingReturnsWhenTheBrokerWasToldEverything() {
        settler.acknowledge(0);
        settler.acknowledge(1);
        settler.giveBack(2);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(settler::close);
        awaitIdle();
        assertThat(closed).isNotDone();
        mayAnswer.countDown();
        closed.join();
        assertThat(acknowledged).containsExactlyInAnyOrder(0, 1);
        assertThat(givenBack).containsExactly(2);
    }

    @Test
    void aBrokerThatDoesNotAnswerStillHearsOfTheRest() {
        settler.acknowledge(-2);
        settler.giveBack(2);
        awaitIdle();
        settler.acknowledge(3);
        settler.close();
        assertThat(givenBack).containsExactly(2);
        assertThat(acknowledged).containsExactly(3);
        assertThat(errors).isEmpty();
    }

    @Test
    void aThreadThatIsInterruptedWhileItClosesStaysInterrupted() throws Exception {
        settler.acknowledge(0);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            settler.close();
            interrupted.set(Thread.interrupted());
        });
        closing.start();
        closing.join();
        assertThat(interrupted).isTrue();
        mayAnswer.countDown();
        await().until(() -> acknowledged.contains(0));
    }

    @Test
    void anErrorIsToldAndTheBrokerStillHearsOfTheRest() {
        settler.acknowledge(-1);
        await().until(() -> !errors.isEmpty());
        settler.giveBack(2);
        settler.acknowledge(3);
        settler.close();
        assertThat(givenBack).containsExactly(2);
        assertThat(acknowledged).containsExactly(3);
        assertThat(errors).hasSize(1).first().isInstanceOf(NoClassDefFoundError.class);
    }
}
