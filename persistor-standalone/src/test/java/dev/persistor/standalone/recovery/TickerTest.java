package dev.persistor.standalone.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TickerTest {

    private final StringWriter err = new StringWriter();
    private long nanos;

    private Ticker ticker(boolean onTerminal, long total) {
        return new Ticker(new PrintWriter(err), onTerminal, "blobs read", total, () -> nanos);
    }

    private void steps(Ticker ticker, int steps, Duration each) {
        for (int step = 0; step < steps; step++) {
            nanos += each.toNanos();
            ticker.step();
        }
    }

    @Test
    void aTerminalHasABarInOneLineThatIsClearedInTheEnd() {
        try (Ticker ticker = ticker(true, 4)) {
            steps(ticker, 2, Duration.ofMillis(100));
        }
        assertThat(err.toString())
                .isEqualTo("\r[##########..............................] 1 of 4 blobs read"
                        + "\r[####################....................] 2 of 4 blobs read"
                        + "\r" + " ".repeat(60) + "\r");
    }

    @Test
    void elsewhereThereIsALineNowAndThen() {
        try (Ticker ticker = ticker(false, 0)) {
            steps(ticker, 45, Duration.ofMillis(500));
        }
        assertThat(err.toString()).isEqualTo("20 blobs read\n40 blobs read\n");
    }

    @Test
    void theTimeLeftIsShownWhenTheTotalIsKnown() {
        try (Ticker ticker = ticker(false, 0)) {
            steps(ticker, 20, Duration.ofMillis(500));
            ticker.total(1_000);
            ticker.add(80);
            steps(ticker, 20, Duration.ofMillis(500));
        }
        assertThat(err.toString()).isEqualTo("20 blobs read\n120 of 1,000 blobs read, about 2m26s left\n");
    }

    @Test
    void aTickerThatGaveWayIsClearedAndShowsNothingForASecond() {
        Ticker ticker = ticker(true, 0);
        steps(ticker, 1, Duration.ofMillis(100));
        ticker.giveWay();
        steps(ticker, 9, Duration.ofMillis(100));
        assertThat(err.toString()).isEqualTo("\r1 blobs read\r" + " ".repeat(12) + "\r");
        ticker.content(5 << 20);
        steps(ticker, 1, Duration.ofMillis(100));
        assertThat(err.toString()).endsWith("\r11 blobs read, 5 MiB of content");
    }

    @Test
    void whatIsDoneAtOnceIsNotShown() {
        try (Ticker ticker = ticker(false, 0)) {
            steps(ticker, 10, Duration.ofMillis(1));
        }
        assertThat(err.toString()).isEmpty();
    }
}
