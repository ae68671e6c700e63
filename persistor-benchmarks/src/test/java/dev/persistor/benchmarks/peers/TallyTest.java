package dev.persistor.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final Tally tally = new Tally(4);

    @Test
    void eachNumberOnceIsNothingLostAndNothingDoubled() {
        for (int number : new int[] {3, 0, 2, 1}) {
            tally.add(Numbered.payload(number));
        }
        assertTally(0, 0, 0);
    }

    @Test
    void whatIsMissingIsLostAndWhatComesAgainIsDoubled() {
        tally.add(Numbered.payload(1));
        tally.add(Numbered.payload(3));
        tally.add(Numbered.payload(1));
        tally.add(Numbered.payload(1));
        assertTally(2, 2, 0);
    }

    @Test
    void oneByteThatDiffersIsAnAlteredMessageAndALostOne() {
        byte[] payload = Numbered.payload(2);
        payload[payload.length - 3]++;
        tally.add(payload);
        assertTally(4, 0, 1);
    }

    @Test
    void whatWasNeverSentIsAltered() {
        tally.add(Numbered.payload(4));
        tally.add("no number".getBytes(StandardCharsets.UTF_8));
        assertTally(4, 0, 2);
    }

    private void assertTally(int lost, int doubled, int altered) {
        assertThat(tally.lost()).as("lost").isEqualTo(lost);
        assertThat(tally.doubled()).as("doubled").isEqualTo(doubled);
        assertThat(tally.altered()).as("altered").isEqualTo(altered);
    }
}
