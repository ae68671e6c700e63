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

    private ConnectionString(String secret, String host, Optional<String> entity, boolean emulator) {
        this.secret = secret;
        this.host = host;
        this.entity = entity;
        this.emulator = emulator;
    }

    /** Reads what stands in a variable, whose value is in no error: not even the client's own text may be. */
    static ConnectionString parse(String variable, String text) {
        Map<String, String> parts = new HashMap<>();
        for (String part : text.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        part.substring(equals + 1).strip());
            } else if (!part.isBlank()) {
                throw malformed(variable);
            }
        }
        boolean key = parts.containsKey("sharedaccesskeyname") && parts.containsKey("sharedaccesskey");
        if (!key && !parts.containsKey("sharedaccesssignature")) {
            throw malformed(variable);
        }
        return new ConnectionString(
                text,
                host(variable, parts.getOrDefault("endpoint", "")),
                Optional.ofNullable(parts.get("entitypath")),
                Boolean.parseBoolean(parts.get("usedevelopmentemulator")));
    }

    private static String host(String variable, String endpoint) {
        String host;
        try {
            host = URI.create(endpoint.contains("://") ? endpoint : "sb://" + endpoint)
                    .getHost();
        } catch (IllegalArgumentException e) {
            throw malformed(variable);
        }
        if (host == null) {
            throw malformed(variable);
        }
        return host;
    }

    private static IllegalArgumentException malformed(String variable) {
        return new IllegalArgumentException(variable
                + " is no connection string of a namespace, such as"
                + " Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=NAME;SharedAccessKey=KEY"
                + " (its value is secret and not shown)");
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
