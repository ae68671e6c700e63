package dev.persistor.standalone.run;

import dev.persistor.core.log.SafeText;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;

/**
 * One line an entry: time, severity, logger and message. What senders wrote, such as an id with a line break, cannot forge another:
 * control characters are escaped, and the lines of a stack trace begin with a blank.
 *
 * <p>Thread-safe.
 */
final class TextLog extends Formatter {

    @Override
    public String format(LogRecord entry) {
        String line = entry.getInstant() + " " + JsonLog.severity(entry.getLevel()) + " " + entry.getLoggerName() + ": "
                + SafeText.line(SafeText.withoutSecrets(formatMessage(entry))) + "\n";
        return entry.getThrown() == null ? line : line + indented(JsonLog.trace(entry.getThrown()));
    }

    private static String indented(String trace) {
        return trace.lines().map(line -> "  " + escaped(line) + "\n").collect(Collectors.joining());
    }

    /** The frames of a stack trace begin with a tab. */
    private static String escaped(String line) {
        return SafeText.line(line.replace("\t", "  "));
    }
}
