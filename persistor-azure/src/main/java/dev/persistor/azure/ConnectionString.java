package dev.persistor.azure;

import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A connection string of Event Hubs or Service Bus. It holds a key, and is never shown.
 *
 * <p>Immutable.
 */
final class ConnectionString {

    private final String secret;
    private final String host;
    private final Optional<String> entity;
    private final boolean emulator;

    /** The end of the sentence that begins with the name of the variable. */
    static final String MALFORMED = " is not a connection string of a namespace, such as"
            + " Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=NAME;SharedAccessKey=KEY"
            + " (its value is secret and not shown)";

    private ConnectionString(String secret, String host, Optional<String> entity, boolean emulator) {
        this.secret = secret;
        this.host = host;
        this.entity = entity;
        this.emulator = emulator;
    }

    /** Reads a connection string; nothing if it is malformed. No error shows it: not even the client's own text may be shown. */
    static Optional<ConnectionString> parse(String text) {
        Map<String, String> parts = new HashMap<>();
        for (String part : text.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        part.substring(equals + 1).strip());
            } else if (!part.isBlank()) {
                return Optional.empty();
            }
        }
        boolean key = parts.containsKey("sharedaccesskeyname") && parts.containsKey("sharedaccesskey");
        if (!key && !parts.containsKey("sharedaccesssignature")) {
            return Optional.empty();
        }
        return host(parts.getOrDefault("endpoint", ""))
                .map(host -> new ConnectionString(
                        text,
                        host,
                        Optional.ofNullable(parts.get("entitypath")),
                        Boolean.parseBoolean(parts.get("usedevelopmentemulator"))));
    }

    private static Optional<String> host(String endpoint) {
        try {
            return Optional.ofNullable(URI.create(endpoint.contains("://") ? endpoint : "sb://" + endpoint)
                    .getHost());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the whole, which nothing but a client may see. */
    String secret() {
        return secret;
    }

    String host() {
        return host;
    }

    /** Returns the entity that it is restricted to. */
    Optional<String> entity() {
        return entity;
    }

    boolean emulator() {
        return emulator;
    }

    @Override
    public String toString() {
        return "ConnectionString[host=" + host + "]";
    }
}
