package dev.persistor.benchmarks.peers;

import dev.persistor.benchmarks.Median;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What one turn of an entrant shows, or the medians of several.
 *
 * @param warmUp its first part, in which the JVM warms up
 * @param rest what follows
 * @param secondsToStart from the start of the process to its first read
 * @param peakBytes the most memory that the process had
 * @param objects how many it stored
 * @param bytes how large they are together
 */
record Turn(Speed warmUp, Speed rest, double secondsToStart, double peakBytes, double objects, double bytes) {

    /**
     * How fast a part of a turn went, and at what cost.
     *
     * @param messagesPerSecond how many it stored
     * @param processorSecondsPerMillion the processor time of a million of them
     */
    record Speed(double messagesPerSecond, double processorSecondsPerMillion) {

        private static Speed median(List<Turn> turns, Function<Turn, Speed> part) {
            return new Speed(
                    Turn.median(turns, turn -> part.apply(turn).messagesPerSecond()),
                    Turn.median(turns, turn -> part.apply(turn).processorSecondsPerMillion()));
        }
    }

    /** Each figure's median of one turn or more. */
    static Turn median(List<Turn> turns) {
        return new Turn(
                Speed.median(turns, Turn::warmUp),
                Speed.median(turns, Turn::rest),
                median(turns, Turn::secondsToStart),
                median(turns, Turn::peakBytes),
                median(turns, Turn::objects),
                median(turns, Turn::bytes));
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return Median.of(turns.stream().mapToDouble(figure).toArray());
    }
}
