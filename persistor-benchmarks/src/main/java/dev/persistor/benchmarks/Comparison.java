package dev.persistor.benchmarks;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/**
 * Ways to archive that take turns, round by round, so that what else the machine does falls on all alike. The first round
 * warms up and does not count.
 *
 * <p>Not thread-safe.
 */
final class Comparison {

    /**
     * One of the ways that are compared.
     *
     * @param name what the table calls it
     * @param messages how many messages it archives in a turn; a faster way gets more, so that turns take about as long
     * @param way what it does
     */
    record Contender(String name, int messages, Way way) {}

    /** What one turn shows. */
    private record Turn(double messagesPerSecond, double objectsPerThousand) {}

    private final int rounds;
    private final PrintStream table;
    private int taken;

    /** Makes a comparison of so many rounds that count. */
    Comparison(int rounds, PrintStream table) {
        this.rounds = rounds;
        this.table = table;
    }

    /** Begins a table. */
    void begin(String title, String first) {
        table.println();
        table.println(
                "| " + title + " | callers | messages a second | of " + first + " | objects for 1,000 messages |");
        table.println("|---|---|---|---|---|");
    }

    /** Compares ways on so many callers, each with the first, and prints the medians. */
    void compare(int callers, List<Contender> entrants) throws ExecutionException, InterruptedException {
        Turn[][] turns = new Turn[entrants.size()][rounds];
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < turns.length; i++) {
                Turn turn = take(entrants.get(i), callers);
                if (round >= 0) {
                    turns[i][round] = turn;
                }
            }
        }
        double first = median(turns[0]).messagesPerSecond;
        for (int i = 0; i < turns.length; i++) {
            Turn median = median(turns[i]);
            table.printf(
                    Locale.ROOT,
                    "| %s | %d | %,.0f | %.2f | %,.0f |%n",
                    entrants.get(i).name,
                    callers,
                    median.messagesPerSecond,
                    median.messagesPerSecond / first,
                    median.objectsPerThousand);
        }
        table.flush();
    }

    private Turn take(Contender entrant, int callers) throws ExecutionException, InterruptedException {
        taken++;
        Supply messages = new Supply(Integer.toString(taken), entrant.messages);
        long start = System.nanoTime();
        int objects = entrant.way.archive(messages, callers);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Turn(entrant.messages / seconds, objects * 1_000.0 / entrant.messages);
    }

    private static Turn median(Turn[] turns) {
        Turn[] sorted = turns.clone();
        Arrays.sort(sorted, Comparator.comparingDouble(Turn::messagesPerSecond));
        return sorted[sorted.length / 2];
    }
}
