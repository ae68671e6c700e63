package dev.persistor.standalone.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BusyTest {

    private final Busy busy = new Busy(1, 0.1);

    @ParameterizedTest
    @CsvSource({"0.001, 1", "1, 1", "1.01, 1.1", "1.1, 1.1", "2.3, 2.3", "2.31, 2.4"})
    void timeIsBilledInStepsAndForAWhileAtLeast(double seconds, double billed) {
        assertThat(busy.rounded(seconds)).isCloseTo(billed, within(1e-9));
    }

    @Test
    void rareCallsAreBilledOneByOne() {
        // one in 1,000 seconds, which is billed for one: 1 - e^-0.001
        assertThat(busy.instances(0.001, 0.02, 80, 0.001)).isCloseTo(0.0009995, within(1e-7));
    }

    @Test
    void callsThatOverlapAreBilledTogether() {
        // one a second, each billed for one: 1 - e^-1, and not 1
        assertThat(busy.instances(1, 0.02, 80, 0.001)).isCloseTo(0.63212, within(1e-5));
    }

    @Test
    void manyCallsFillInstances() {
        // 10,000 a second for 0.04 s are 400 at a time, 80 on each of 5
        assertThat(busy.instances(10_000, 0.04, 80, 0.0001)).isCloseTo(5, within(1e-9));
    }

    @Test
    void aProcessorDoesNoMoreThanItCan() {
        // 10,000 a second take 0.001 s of a processor each
        assertThat(busy.instances(10_000, 0.04, 80, 0.001)).isCloseTo(10, within(1e-9));
    }
}
