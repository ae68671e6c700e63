package dev.persistor.benchmarks.peers;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How an entrant did in a heap, as rows of tables.
 *
 * @param name what the tables call it
 * @param heap the heap it had, as the JVM's flag spells it
 * @param messages how many it had to store
 * @param median the medians of its turns; nothing when it did not get done in one of them
 */
record Result(String name, String heap, int messages, Optional<Turn> median) {

    /** Prints what each of them took. */
    static void print(String title, List<Result> results, PrintStream table) {
        table.printf(
                "%n| %s | heap | messages a second | CPU seconds a million messages | warming up: messages a second"
                        + " | CPU seconds a million messages | seconds to the first read | peak memory, MiB | objects"
                        + " | bytes a message |%n",
                title);
        table.println("|---|---|---|---|---|---|---|---|---|---|");
        results.forEach(result -> table.println(result.row()));
        table.flush();
    }

    private String row() {
        return median.map(turn -> String.format(
                        Locale.ROOT,
                        "| %s | %s | %,.0f | %,.0f | %,.0f | %,.0f | %.1f | %,.0f | %,.0f | %,.0f |",
                        name,
                        heap,
                        turn.rest().messagesPerSecond(),
                        turn.rest().processorSecondsPerMillion(),
                        turn.warmUp().messagesPerSecond(),
                        turn.warmUp().processorSecondsPerMillion(),
                        turn.secondsToStart(),
                        turn.peakBytes() / (1 << 20),
                        turn.objects(),
                        turn.bytes() / messages))
                .orElseGet(() -> "| %s | %s | not done | | | | | | | |".formatted(name, heap));
    }

    /** Prints each of them as parts and multiples of each of the others; what did not get done has no ratios. */
    static void printBeside(List<Result> own, List<Result> others, PrintStream table) {
        StringBuilder head = new StringBuilder("| once warm | heap |");
        StringBuilder line = new StringBuilder("|---|---|");
        for (Result other : others) {
            head.append(" times the messages a second of ")
                    .append(other.name)
                    .append(" in ")
                    .append(other.heap)
                    .append(" | of its CPU seconds | of its memory |");
            line.append("---|---|---|");
        }
        table.printf("%n%s%n%s%n", head, line);
        for (Result each : own) {
            StringBuilder row = new StringBuilder("| " + each.name + " | " + each.heap + " |");
            others.forEach(other -> row.append(each.beside(other)));
            table.println(row);
        }
        table.flush();
    }

    private String beside(Result other) {
        return median.flatMap(mine -> other.median.map(its -> String.format(
                        Locale.ROOT,
                        " %.2f | %.2f | %.2f |",
                        mine.rest().messagesPerSecond() / its.rest().messagesPerSecond(),
                        mine.rest().processorSecondsPerMillion() / its.rest().processorSecondsPerMillion(),
                        mine.peakBytes() / its.peakBytes())))
                .orElse(" | | |");
    }
}
