package dev.persistor.kafka;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What is logged as errors, from now on. Thread-safe. */
public final class LoggedErrors extends Handler implements AutoCloseable {

    private final Logger logger;
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final List<String> texts = new CopyOnWriteArrayList<>();

    private LoggedErrors(Logger logger) {
        this.logger = logger;
    }

    /** Begins to listen to a class. */
    public static LoggedErrors of(Class<?> logging) {
        return of(logging.getName());
    }

    /** Begins to listen to all classes of Persistor. */
    static LoggedErrors ofAll() {
        return of("dev.persistor");
    }

    private static LoggedErrors of(String name) {
        LoggedErrors errors = new LoggedErrors(Logger.getLogger(name));
        errors.logger.addHandler(errors);
        return errors;
    }

    /** Returns what it logged until now. */
    public List<String> texts() {
        return texts;
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
            texts.add(formatter.formatMessage(entry));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
