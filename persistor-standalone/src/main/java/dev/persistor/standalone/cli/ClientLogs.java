package dev.persistor.standalone.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/** What the libraries of the clients log. Thread-safe. */
public final class ClientLogs {

    /** Held here, because the JDK discards loggers without a strong reference, and their levels with them. */
    private static final Logger ROOT = Logger.getLogger("");

    private static final Logger PERSISTOR = Logger.getLogger("dev.persistor");

    private ClientLogs() {}

    /** Has libraries log nothing, and Persistor what is wrong: a command says itself what failed. */
    public static void silence() {
        ROOT.setLevel(Level.OFF);
        PERSISTOR.setLevel(Level.WARNING);
    }

    /** Lets all of them log again, for a process that has a log. */
    public static void restore() {
        ROOT.setLevel(Level.INFO);
        PERSISTOR.setLevel(null);
    }
}
