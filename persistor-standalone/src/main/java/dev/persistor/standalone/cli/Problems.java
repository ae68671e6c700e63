package dev.persistor.standalone.cli;

import dev.persistor.core.config.SettingsException;
import java.io.PrintWriter;

/** The problems of a configuration, for people. Thread-safe. */
public final class Problems {

    private Problems() {}

    /** Prints what has errors, how many, and each of them. */
    public static void print(PrintWriter err, String what, SettingsException failure) {
        err.println(what + " has " + Text.count(failure.problems().size(), "error") + ":");
        failure.problems().forEach(problem -> err.println("  " + problem));
        err.flush();
    }
}
