package dev.persistor.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CostTest {

    @Test
    void processorTimeIsThatOfProgramAndKernel() {
        String stat = "4711 (a (strange) name) S 1 4711 4711 0 -1 4194560 12890 0 5 0 150 27 9 8 20 0 34 0 88 123 456";
        assertThat(Cost.processor(stat)).isEqualTo(Duration.ofMillis(1_770));
    }

    @Test
    void peakIsInBytes() {
        assertThat(Cost.peak(List.of("Name:\tjava", "VmPeak:\t 9000 kB", "VmHWM:\t  2048 kB", "VmRSS:\t 1024 kB")))
                .isEqualTo(2 << 20);
    }

    @Test
    void whatHasEndedHasNoPeak() {
        assertThatThrownBy(() -> Cost.peak(List.of("Name:\tjava", "State:\tZ (zombie)")))
                .hasMessageContaining("VmHWM");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisProcessCostsAboutWhatTheJvmSays() throws IOException {
        Cost cost = Cost.of(ProcessHandle.current().pid());
        assertThat(cost.processor())
                .isCloseTo(ProcessHandle.current().info().totalCpuDuration().orElseThrow(), Duration.ofSeconds(1));
        assertThat(cost.peakBytes()).isBetween(Runtime.getRuntime().totalMemory() / 8, 16L << 30);
    }
}
