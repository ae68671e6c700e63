package dev.persistor.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ByteBudgetTest {

    private final ByteBudget budget = new ByteBudget(1024);

    @Test
    void whatIsTakenIsNotFreeUntilItIsGivenBack() throws InterruptedException {
        assertThat(budget.tryTake(1000)).isTrue();
        assertThat(budget.tryTake(100)).isFalse();
        budget.giveBack(1000);
        assertThat(budget.tryTake(100)).isTrue();
        assertThat(budget.taken()).isEqualTo(128);
    }

    @Test
    void whatIsLargerThanAllTakesAllAndGivesAllBack() throws InterruptedException {
        assertThat(budget.tryTake(1_000_000)).isTrue();
        assertThat(budget.tryTake(1)).isFalse();
        budget.giveBack(1_000_000);
        assertThat(budget.taken()).isZero();
        assertThat(budget.tryTake(1024)).isTrue();
    }

    @Test
    void nobodyPassesOneWhoWaits() throws InterruptedException {
        budget.take(512);
        CountDownLatch served = new CountDownLatch(1);
        Thread large = new Thread(() -> {
            try {
                budget.take(1024);
                served.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        large.start();
        await().until(() -> large.getState() == Thread.State.WAITING);
        assertThat(budget.tryTake(64))
                .as("a small one passed a large one that waits")
                .isFalse();
        budget.giveBack(512);
        served.await();
        large.join();
    }
}
