package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Requests to a simulated service, in a time of its own: as many as the limit allows are under way, always. */
class AdaptiveLimitTest {

    private static final int MOST = 256;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    /** A request that ends at a time. */
    private record Request(long begun, long end, boolean throttled) {}

    private final Service service = new Service();
    private long now;
    private final AdaptiveLimit limit = new AdaptiveLimit(MOST, () -> now);
    private final PriorityQueue<Request> underWay = new PriorityQueue<>(Comparator.comparingLong(Request::end));
    private long answered;
    private long throttled;
    private int wanted = MOST;

    /** What a service does: each request takes its latency, and it serves so many a second. */
    private final class Service {

        private long latency = 30 * MILLI;
        private final Random random = new Random(1);
        /** Between two answers, at least: of the service, or of the processors of this machine. */
        private long perRequest;
        /** Requests beyond so many a second are throttled. */
        private double allowed = Double.POSITIVE_INFINITY;

        private int throttledByChance;
        private long free;
        private double tokens;
        private long filled;
        private long count;

        Request begin() {
            tokens = Math.min(Math.max(1, allowed / 10), tokens + (now - filled) * allowed / SECOND);
            filled = now;
            count++;
            boolean isThrottled = tokens < 1 || (throttledByChance > 0 && count % throttledByChance == 0);
            if (isThrottled) {
                return new Request(limit.begin(), now + varied(), true);
            }
            tokens -= 1;
            free = Math.max(free, now) + perRequest;
            return new Request(limit.begin(), Math.max(free, now + varied()), false);
        }

        private long varied() {
            return (long) (latency * (0.9 + random.nextDouble() / 5));
        }
    }

    private void run(long nanos) {
        answered = 0;
        throttled = 0;
        long until = now + nanos;
        while (now < until) {
            while (underWay.size() < Math.min(wanted, limit.current())) {
                underWay.add(service.begin());
            }
            Request next = underWay.remove();
            now = Math.max(now, next.end);
            if (next.throttled) {
                throttled++;
                limit.throttled(next.begun);
            } else {
                answered++;
                limit.answered(next.begun);
            }
        }
    }

    @Test
    void growsToTheMostWithinASecondWhileTheLatencyStaysAsItIs() {
        assertThat(limit.current()).isEqualTo(16);
        run(SECOND);
        assertThat(limit.current()).isEqualTo(MOST);
        run(SECOND);
        // 256 requests in each 30 ms.
        assertThat(answered).isBetween(8_000L, 8_800L);
    }

    @Test
    void staysWhereMoreRequestsOnlyWaitForOneAnother() {
        service.perRequest = MILLI / 2;
        run(5 * SECOND);
        int least = MOST;
        int most = 0;
        for (int i = 0; i < 100; i++) {
            run(SECOND / 10);
            least = Math.min(least, limit.current());
            most = Math.max(most, limit.current());
        }
        // 60 are enough for 2,000 a second. Twice as many wait as long as they are served.
        assertThat(least).isGreaterThan(60);
        assertThat(most).isLessThan(160);
        run(SECOND);
        assertThat(answered).isBetween(1_950L, 2_050L);
    }

    @Test
    void doesNotGrowWhereTheFirstRequestsAlreadyTakeAllThatThereIs() {
        service.latency = MILLI / 5;
        service.perRequest = MILLI / 5;
        run(10 * SECOND);
        assertThat(limit.current()).isBetween(16, 48);
    }

    @Test
    void staysAtTheRateThatIsAllowedWithFewThrottled() {
        service.allowed = 2_000;
        run(5 * SECOND);
        run(60 * SECOND);
        assertThat(answered).isGreaterThan(60 * 2_000 * 85 / 100);
        assertThat(throttled).isLessThan(answered / 100);
    }

    @Test
    void goesDownToOneRequestForAServiceThatAllowsLittle() {
        service.allowed = 10;
        service.latency = 100 * MILLI;
        run(60 * SECOND);
        assertThat(limit.current()).isLessThanOrEqualTo(3);
        assertThat(answered).isGreaterThan(300);
    }

    @Test
    void recoversWhenTheServiceAllowsMoreAgain() {
        service.allowed = 500;
        run(20 * SECOND);
        assertThat(limit.current()).isLessThan(25);
        service.allowed = Double.POSITIVE_INFINITY;
        run(30 * SECOND);
        assertThat(limit.current()).isEqualTo(MOST);
    }

    @Test
    void aFewRequestsThatAreThrottledAtAnyLoadChangeNothing() {
        service.throttledByChance = 100;
        run(10 * SECOND);
        assertThat(throttled).isPositive();
        assertThat(limit.current()).isEqualTo(MOST);
    }

    @Test
    void followsAServiceThatHasBecomeSlower() {
        run(SECOND);
        service.latency = 300 * MILLI;
        run(60 * SECOND);
        assertThat(limit.current()).isEqualTo(MOST);
    }

    @Test
    void doesNotGrowWhileFewerRequestsAreWantedThanItAllows() {
        wanted = 7;
        run(10 * SECOND);
        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void failuresOfOtherKindsChangeNothing() {
        run(SECOND);
        for (int i = 0; i < 10_000; i++) {
            long unused = limit.begin();
            limit.failed();
        }
        assertThat(limit.current()).isEqualTo(MOST);
    }

    @Test
    void isNeverMoreThanTheMost() {
        AdaptiveLimit small = new AdaptiveLimit(4, () -> now);
        for (int i = 0; i < 1_000; i++) {
            small.answered(small.begin());
        }
        assertThat(small.current()).isEqualTo(4);
    }
}
