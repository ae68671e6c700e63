package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of {@code persistor run} as a whole.
 *
 * <p>Immutable.
 */
public final class ProcessSettings {

    private static final Pattern ADDRESS = Pattern.compile("([^\\s:/]+|\\[[0-9a-fA-F:]+\\]):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;
    private static final int MOST_CONNECTIONS = 100_000;
    private static final int SHORTEST_TOKEN = 16;

    /** What a line of the log is. */
    public enum Log {
        /** One JSON object a line. */
        JSON,
        /** For people. */
        TEXT;

        private static Log parse(String text) {
            return Arrays.stream(values())
                    .filter(log -> log.name().toLowerCase(Locale.ROOT).equals(text.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("it is neither"));
        }
    }

    /** Where HTTP is served. */
    public static final Setting<InetSocketAddress> HTTP_ADDRESS = Setting.optional(
                    "PERSISTOR_HTTP_ADDRESS",
                    "Where health, metrics and captures from http are served; port 0 takes one that is free.",
                    "a host and a port such as 127.0.0.1:8080, or 0.0.0.0:8080 for all of the machine's addresses",
                    ProcessSettings::address)
            .withDefault("127.0.0.1:8080");

    /** Where health and metrics are served. */
    public static final Setting<InetSocketAddress> ADMIN_ADDRESS = Setting.optional(
            "PERSISTOR_ADMIN_ADDRESS",
            "Where health and metrics are served, and the explorer if it is configured, without TLS. Without it health and metrics are served at"
                    + " PERSISTOR_HTTP_ADDRESS.",
            "a host and a port, other than those of messages",
            ProcessSettings::address);

    /** Who may see what is archived. */
    public static final Setting<String> EXPLORER_TOKEN = Setting.optional(
                    "PERSISTOR_EXPLORER_TOKEN",
                    "Serves the explorer of each capture's archive at /explore/CAPTURE/ of PERSISTOR_ADMIN_ADDRESS, for those who have"
                            + " this token. Without it there is no explorer.",
                    "at least " + SHORTEST_TOKEN + " letters, digits, - or _, together with PERSISTOR_ADMIN_ADDRESS",
                    ProcessSettings::explorerToken)
            .secret()
            .refusedWhenBlank();

    /** With what requests are encrypted. */
    public static final Setting<Path> HTTP_TLS_CERTIFICATE = Setting.optional(
            "PERSISTOR_HTTP_TLS_CERTIFICATE",
            "The certificate with which HTTP is served over TLS at PERSISTOR_HTTP_ADDRESS, and those that lead to its"
                    + " issuer. Read at the start.",
            "the path of a PEM file, together with that of its key",
            ProcessSettings::path);

    /** The key of the certificate. */
    public static final Setting<Path> HTTP_TLS_KEY = Setting.optional(
            "PERSISTOR_HTTP_TLS_KEY",
            "The private key of that certificate.",
            "the path of a PEM file that is not encrypted, such as openssl genpkey writes",
            ProcessSettings::path);

    /** How many connections there are. */
    public static final Setting<Integer> HTTP_CONNECTIONS = Setting.optional(
                    "PERSISTOR_HTTP_CONNECTIONS",
                    "How many connections to PERSISTOR_HTTP_ADDRESS may be open at a time. A heap of less than 500 MiB allows"
                            + " fewer: one for each 512 KiB, and at least 64. For one more, the connection is closed that has"
                            + " waited longest for its client.",
                    "a whole number from 1 to " + MOST_CONNECTIONS,
                    text -> Values.numberUpTo(MOST_CONNECTIONS, text))
            .withDefault("1000");

    /** How long it takes to stop. */
    public static final Setting<Duration> SHUTDOWN = Setting.optional(
                    "PERSISTOR_SHUTDOWN",
                    "How long, once the process is told to stop, what it holds may take to become durable; what is not durable"
                            + " then comes again. Keep it under the time after which it is killed.",
                    "a duration such as 25s, more than nothing",
                    Values::positiveDuration)
            .withDefault("25s");

    /** What the log looks like. */
    public static final Setting<Log> LOG = Setting.optional(
                    "PERSISTOR_LOG", "What the log looks like.", "json or text", Log::parse)
            .withDefault("json");

    private ProcessSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(
                HTTP_ADDRESS,
                ADMIN_ADDRESS,
                EXPLORER_TOKEN,
                HTTP_TLS_CERTIFICATE,
                HTTP_TLS_KEY,
                HTTP_CONNECTIONS,
                SHUTDOWN,
                LOG);
    }

    /** The message of the exception does not show it. */
    private static String explorerToken(String text) {
        String token = text.strip();
        if (!token.matches("[A-Za-z0-9_-]{" + SHORTEST_TOKEN + ",}")) {
            throw new IllegalArgumentException("it is too short, or has other characters");
        }
        return token;
    }

    private static Path path(String text) {
        try {
            return Path.of(text.strip());
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("it is no path", e);
        }
    }

    private static InetSocketAddress address(String text) {
        Matcher parts = ADDRESS.matcher(text.strip());
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > MAX_PORT) {
            throw new IllegalArgumentException("it is no host with a port");
        }
        return InetSocketAddress.createUnresolved(parts.group(1), Integer.parseInt(parts.group(2)));
    }
}
