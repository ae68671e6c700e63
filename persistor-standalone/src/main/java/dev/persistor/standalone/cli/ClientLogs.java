package dev.persistor.standalone.cli;

import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Controls the log of the client libraries. Thread-safe. */
public final class ClientLogs {

    /** Held here, because the JDK discards loggers without a strong reference, and their levels with them. */
    private static final Logger ROOT = Logger.getLogger("");

    private static final String OWN = "dev.persistor";
    private static final Logger PERSISTOR = Logger.getLogger(OWN);

    private ClientLogs() {}

    /** Has libraries log nothing, and Persistor what is wrong: a command says itself what failed. */
    public static void silence() {
        // Without the class that logs, and in one line: read by the JDK when it first formats a line.
        System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%n");
        ROOT.setLevel(Level.OFF);
        PERSISTOR.setLevel(Level.WARNING);
        // A logger that has a level of its own does not heed that of the root.
        filter(entry -> String.valueOf(entry.getLoggerName()).startsWith(OWN));
    }

    /** Lets all of them log again, for a process that has a log. */
    public static void restore() {
        ROOT.setLevel(Level.INFO);
        PERSISTOR.setLevel(null);
        filter(null);
    }

    private static void filter(@Nullable Filter filter) {
        for (Handler handler : ROOT.getHandlers()) {
            handler.setFilter(filter);
        }
    }
}
