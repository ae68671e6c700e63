package dev.persistor.core.config;

import dev.persistor.core.log.SafeText;
import java.util.List;

/** A configuration that Persistor cannot run with. It names every problem, not only the first. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** Reports the problems, each a whole sentence that names the setting, what it is and what it may be. */
    public SettingsException(List<String> problems) {
        super("The configuration has " + (problems.size() == 1 ? "a problem" : problems.size() + " problems")
                + ":\n  - " + String.join("\n  - ", withoutSecrets(problems)));
        this.problems = withoutSecrets(problems);
    }

    /** Problems quote what was written, such as an address with a key in it. */
    private static List<String> withoutSecrets(List<String> problems) {
        return problems.stream().map(SafeText::withoutSecrets).toList();
    }

    /** Returns the problems, in the order of the settings' definitions. */
    public List<String> problems() {
        return problems;
    }
}
