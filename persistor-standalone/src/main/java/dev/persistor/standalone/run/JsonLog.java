package dev.persistor.standalone.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.log.SafeText;
import dev.persistor.standalone.cli.ClientLogs;
import dev.persistor.standalone.run.config.ProcessSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * One JSON object a line, in the names that log collectors know: {@code time}, {@code severity}, {@code message}
 * (https://cloud.google.com/logging/docs/structured-logging), with {@code logger}, {@code thread} and, after a failure,
 * {@code exception}.
 *
 * <p>Thread-safe.
 */
final class JsonLog extends Formatter {

    private static final JsonFactory JSON = new JsonFactory();
    /** Clients say at INFO how they are configured, and Azure's warn of each step in which a connection ends. */
    private static final Map<String, Level> TALKATIVE = Map.of(
            "org.apache.kafka",
            Level.WARNING,
            "io.grpc",
            Level.WARNING,
            "com.google",
            Level.WARNING,
            "com.azure",
            Level.SEVERE,
            "org.eclipse.jetty",
            Level.WARNING,
            "io.micrometer",
            Level.WARNING,
            // What it cannot send, Persistor says itself.
            "io.opentelemetry",
            Level.OFF);

    /** Held here, because the JDK discards loggers without a strong reference, and their levels with them. */
    private static final List<Logger> QUIETED =
            TALKATIVE.keySet().stream().map(Logger::getLogger).toList();

    JsonLog() {}

    /** Has clients say no more than what is wrong. */
    static void quietClients() {
        ClientLogs.restore();
        QUIETED.forEach(logger -> logger.setLevel(TALKATIVE.get(logger.getName())));
    }

    /** Has all that this process and its libraries log go to standard error in this form, without secrets. */
    static void install(ProcessSettings.Log form) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setFormatter(form == ProcessSettings.Log.JSON ? new JsonLog() : new TextLog());
        root.addHandler(console);
    }

    @Override
    public String format(LogRecord entry) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("time", entry.getInstant().toString());
            json.writeStringField("severity", severity(entry.getLevel()));
            json.writeStringField("message", SafeText.withoutSecrets(formatMessage(entry)));
            json.writeStringField("logger", String.valueOf(entry.getLoggerName()));
            json.writeNumberField("thread", entry.getLongThreadID());
            if (entry.getThrown() != null) {
                json.writeStringField("exception", trace(entry.getThrown()));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return line.append('\n').toString();
    }

    /** Returns a stack trace without secrets: it holds the texts of other libraries' failures. */
    static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return SafeText.withoutSecrets(trace.toString());
    }

    static String severity(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARNING";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }
}
