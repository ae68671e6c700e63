package dev.persistor.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

class OutageLogTest {

    private static final String WRITING = "Writing to the store";

    private final LinkedBlockingQueue<SubstituteLoggingEvent> events = new LinkedBlockingQueue<>();
    private long nanos = Duration.ofDays(1).toNanos();
    private final OutageLog log = new OutageLog(new SubstituteLogger("test", events, false), () -> nanos);

    private List<String> lines() {
        List<String> lines = events.stream()
                .map(event -> event.getLevel() + " "
                        + MessageFormatter.arrayFormat(event.getMessage(), event.getArgumentArray())
                                .getMessage())
                .toList();
        events.clear();
        return lines;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private void fail(String failure, int number) {
        log.failed(Level.WARN, WRITING, failure, () -> failure + " " + number);
    }

    @Test
    void anOutageHasALineAtOnceSomeSummariesAndALineWhenItIsOver() {
        int failures = 0;
        for (int second = 0; second < 65; second++) {
            for (int i = 0; i < 80; i++) {
                fail("503", ++failures);
            }
            pass(Duration.ofSeconds(1));
        }
        log.succeeded(WRITING);
        log.succeeded(WRITING);
        assertThat(lines())
                .containsExactly(
                        "WARN 503 1",
                        "WARN 800 more failures of this kind in 10 s; the latest: 503 801",
                        "WARN 1600 more failures of this kind in 20 s; the latest: 503 2401",
                        "INFO Writing to the store works again after 65 s and 5200 failure(s)");
    }

    @Test
    void kindsOfFailuresAreCountedApart() {
        for (int i = 1; i <= 3; i++) {
            fail("503", i);
            fail("timeout", i);
        }
        pass(Duration.ofSeconds(10));
        fail("timeout", 4);
        assertThat(lines())
                .containsExactly(
                        "WARN 503 1",
                        "WARN timeout 1",
                        "WARN 3 more failures of this kind in 10 s; the latest: timeout 4");
    }

    @Test
    void failuresBetweenSuccessesDoNotFillTheLogEither() {
        for (int i = 0; i < 1_000; i++) {
            fail("503", i);
            log.succeeded(WRITING);
            pass(Duration.ofMillis(10));
        }
        assertThat(lines()).hasSize(2);
        pass(Duration.ofSeconds(10));
        fail("503", 1_000);
        assertThat(lines()).containsExactly("WARN 1000 more failures of this kind in 20 s; the latest: 503 1000");
    }

    @Test
    void anotherOutageHasALineAtOnceAgain() {
        fail("503", 1);
        log.succeeded(WRITING);
        pass(Duration.ofMinutes(1));
        fail("503", 2);
        assertThat(lines())
                .containsExactly(
                        "WARN 503 1", "INFO Writing to the store works again after 0 s and 1 failure(s)", "WARN 503 2");
    }

    @Test
    void theSuccessOfOneOperationEndsNoOutageOfAnother() {
        fail("503", 1);
        log.succeeded("Reading from the store");
        assertThat(lines()).containsExactly("WARN 503 1");
        log.succeeded(WRITING);
        assertThat(lines()).hasSize(1);
    }

    @Test
    void whatWasCountedIsLoggedWhenTheLogIsClosed() {
        fail("503", 1);
        fail("503", 2);
        fail("503", 3);
        log.close();
        assertThat(lines())
                .containsExactly("WARN 503 1", "WARN 2 more failures of this kind in 0 s; the latest: 503 3");
    }

    @Test
    void kindsWithoutABoundShareALine() {
        for (int i = 0; i < 1_000; i++) {
            fail("kind " + i, i);
        }
        assertThat(lines()).hasSizeLessThan(40);
    }
}
