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

    /** The format of the log. */
    public enum Log {
        /** One JSON object a line. */
        JSON,
        /** For people. */
        TEXT;

        private static Log parse(String text) {
            return Arrays.stream(values())
                    .filter(log -> log.name().toLowerCase(Locale.ROOT).equals(text.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown value"));
        }
    }

    /** The address for HTTP. */
    public static final Setting<InetSocketAddress> HTTP_ADDRESS = Setting.optional(
                    "PERSISTOR_HTTP_ADDRESS",
                    "The address for captures from http, health and metrics. Port 0 selects a free port.",
                    "a host and a port such as 127.0.0.1:8080, or 0.0.0.0:8080 for all addresses of the machine",
                    ProcessSettings::address)
            .withDefault("127.0.0.1:8080");

    /** The separate address for health and metrics. */
    public static final Setting<InetSocketAddress> ADMIN_ADDRESS = Setting.optional(
            "PERSISTOR_ADMIN_ADDRESS",
            "A separate address for health and metrics, and for the explorer if it is configured, without TLS. Default:"
                    + " health and metrics are served at PERSISTOR_HTTP_ADDRESS.",
            "a host and a port, different from PERSISTOR_HTTP_ADDRESS",
            ProcessSettings::address);

    /** The token of the explorer. */
    public static final Setting<String> EXPLORER_TOKEN = Setting.optional(
                    "PERSISTOR_EXPLORER_TOKEN",
                    "The token of the explorer. With it, the explorer of each capture's archive is served at /explore/CAPTURE/ of"
                            + " PERSISTOR_ADMIN_ADDRESS. Default: no explorer.",
                    "at least " + SHORTEST_TOKEN + " letters, digits, - or _, together with PERSISTOR_ADMIN_ADDRESS",
                    ProcessSettings::explorerToken)
            .secret()
            .refusedWhenBlank();

    /** With what requests are encrypted. */
    public static final Setting<Path> HTTP_TLS_CERTIFICATE = Setting.optional(
            "PERSISTOR_HTTP_TLS_CERTIFICATE",
            "The TLS certificate for PERSISTOR_HTTP_ADDRESS, followed by the certificates of its issuers. Read at"
                    + " start.",
            "the path of a PEM file; PERSISTOR_HTTP_TLS_KEY must be set too",
            ProcessSettings::path);

    /** The key of the certificate. */
    public static final Setting<Path> HTTP_TLS_KEY = Setting.optional(
            "PERSISTOR_HTTP_TLS_KEY",
            "The private key of that certificate.",
            "the path of an unencrypted PEM file, as written by openssl genpkey",
            ProcessSettings::path);

    /** The maximum number of connections. */
    public static final Setting<Integer> HTTP_CONNECTIONS = Setting.optional(
                    "PERSISTOR_HTTP_CONNECTIONS",
                    "The maximum number of open connections to PERSISTOR_HTTP_ADDRESS. A heap of less than 500 MiB"
                            + " allows fewer: one for each 512 KiB, at least 64. At the limit, Persistor closes the"
                            + " connection that has waited longest for its client.",
                    "a whole number from 1 to " + MOST_CONNECTIONS,
                    text -> Values.numberUpTo(MOST_CONNECTIONS, text))
            .withDefault("1000");

    /** The time to stop. */
    public static final Setting<Duration> SHUTDOWN = Setting.optional(
                    "PERSISTOR_SHUTDOWN",
                    "How long held messages may take to become durable after the process is told to stop. The broker"
                            + " delivers the others again. Keep it below the time after which the process is killed.",
                    "a duration such as 25s, more than 0",
                    Values::positiveDuration)
            .withDefault("25s");

    /** The format of the log. */
    public static final Setting<Log> LOG = Setting.optional(
                    "PERSISTOR_LOG", "The format of the log.", "json or text", Log::parse)
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
