package dev.persistor.standalone.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table of metrics in the documentation. */
public final class MetricsReference {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(persistor_[a-z_]+)` \\|");

    private MetricsReference() {}

    /** Returns the page. */
    public static String page() throws IOException {
        return Files.readString(Path.of("../docs/operations.md"));
    }

    /** Returns the names in it. */
    public static Set<String> names() throws IOException {
        return ROW.matcher(page()).results().map(row -> row.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the name in the table of what a time series is called. */
    public static String nameOf(String series) {
        return series.replaceFirst("_(count|sum|max|bucket)$", "");
    }

    /** Returns the names of Persistor's metrics that a text has. */
    public static Set<String> in(String text) {
        return Pattern.compile("\\bpersistor_[a-z_]+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .map(MetricsReference::nameOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
