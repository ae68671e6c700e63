package dev.persistor.core.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that Persistor cannot run with. It names every problem, not only the first. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** Reports the problems. */
    public SettingsException(List<Problem> problems) {
        super(problems.stream()
                .map(Problem::toString)
                .collect(Collectors.joining(
                        "\n  - ",
                        "The configuration has " + problems.size() + (problems.size() == 1 ? " error" : " errors")
                                + ":\n  - ",
                        "")));
        this.problems = List.copyOf(problems);
    }

    /** Reports one problem. */
    public SettingsException(Problem problem) {
        this(List.of(problem));
    }

    /** Returns the problems, in the order of the settings' definitions. */
    public List<Problem> problems() {
        return problems;
    }
}
