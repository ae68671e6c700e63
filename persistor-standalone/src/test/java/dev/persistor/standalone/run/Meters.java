package dev.persistor.standalone.run;

/** What {@code /metrics} says. */
final class Meters {

    private Meters() {}

    /** Returns the sum of a meter over all that is told of it; 0 when nothing is. */
    static double sum(String scrape, String name) {
        return scrape.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
