package dev.persistor.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process has cost so far, as Linux counts it.
 *
 * @param processor the time of all processors, in the kernel too
 * @param peakBytes the most memory that it had
 */
record Cost(Duration processor, long peakBytes) {

    /** man 5 proc: what the kernel counts in is always a hundredth of a second to programs. */
    private static final int MILLIS_A_TICK = 10;
    /** Of what follows the name in parentheses, which may hold blanks; the third field of the line is the first of these. */
    private static final int USER_TICKS = 11;

    private static final int KERNEL_TICKS = 12;

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    /**
     * Reads the cost of a process that runs.
     *
     * @throws IOException if it does not, or this is not Linux
     */
    static Cost of(long process) throws IOException {
        Path folder = Path.of("/proc", Long.toString(process));
        return new Cost(
                processor(Files.readString(folder.resolve("stat"))),
                peak(Files.readAllLines(folder.resolve("status"))));
    }

    /** Reads {@code /proc/PID/stat}. */
    static Duration processor(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[KERNEL_TICKS]);
        return Duration.ofMillis(ticks * MILLIS_A_TICK);
    }

    /** Reads {@code /proc/PID/status}. */
    static long peak(List<String> status) {
        return status.stream()
                .map(PEAK::matcher)
                .filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)) * 1024)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no VmHWM: the process has ended"));
    }
}
