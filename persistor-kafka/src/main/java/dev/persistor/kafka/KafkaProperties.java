package dev.persistor.kafka;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Properties of Kafka's consumer, one a line, {@code key=value}. Values are taken as they are: a password keeps its backslashes, which
 * {@link java.util.Properties} would take for escapes. A line that begins with a blank continues the value before it, after a line
 * break; the blank is none of the value. Empty lines, and those that begin with {@code #}, say nothing.
 */
final class KafkaProperties {

    private static final Pattern KEY = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");

    private KafkaProperties() {}

    /**
     * Reads properties.
     *
     * @throws IllegalArgumentException if a line is none; the message does not quote it, as it may hold a secret
     */
    static Map<String, String> parse(String text) {
        Map<String, String> properties = new LinkedHashMap<>();
        String key = "";
        String[] lines = text.split("\\r?\\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            if (!key.isEmpty() && (line.startsWith(" ") || line.startsWith("\t"))) {
                continueValue(properties, key, line.substring(1), i);
            } else if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                key = add(properties, line, i);
            }
        }
        return Map.copyOf(properties);
    }

    /** In a file of Java's properties, this would be one long line. */
    private static void continueValue(Map<String, String> properties, String key, String more, int line) {
        String before = properties.getOrDefault(key, "");
        if (before.endsWith("\\")) {
            throw new IllegalArgumentException("line " + line
                    + " ends with a backslash, which continues the value in the next line;" + " write it as one line");
        }
        properties.put(key, before + "\n" + more);
    }

    private static String add(Map<String, String> properties, String line, int index) {
        int equals = line.indexOf('=');
        String written = equals < 0 ? "" : line.substring(0, equals);
        String key = written.strip();
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("line " + (index + 1) + " is not key=value");
        }
        String value = line.substring(equals + 1);
        // Blanks around the = belong to the way it is written; all others to the value.
        boolean isSpaced = !written.equals(written.stripTrailing());
        if (properties.put(key, isSpaced ? value.strip() : value) != null) {
            throw new IllegalArgumentException(key + " is set twice");
        }
        return key;
    }
}
