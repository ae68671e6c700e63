package dev.persistor.azure;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a namespace of Event Hubs or Service Bus is, and how to be let in, from the variables that the Functions host reads for
 * its triggers: {@code NAME}, a connection string, or {@code NAME__fullyQualifiedNamespace}, a host that lets the function's
 * identity in.
 *
 * @param namespace the namespace's host
 * @param connection the connection string, if that was given
 */
record MessagingConnection(String namespace, Optional<ConnectionString> connection) {

    private static final String HOST = "__fullyQualifiedNamespace";

    /** Defines the variable that holds a connection string. */
    static Setting<String> connectionString(String name) {
        return Setting.optional(
                        name, "The connection string of the namespace.", "a connection string", Function.identity())
                .secret();
    }

    /** Defines the variable that holds a host, in place of a connection string. */
    static Setting<String> host(String name) {
        return Setting.optional(
                name + HOST,
                "The host of the namespace, which lets in the identity of the process, in place of " + name + ".",
                "a host such as NAMESPACE.servicebus.windows.net",
                Function.identity());
    }

    /**
     * Reads the variables.
     *
     * @throws SettingsException if neither does
     */
    static MessagingConnection of(String name, Map<String, String> environment) {
        String secret = environment.getOrDefault(name, "").strip();
        String host = environment.getOrDefault(name + HOST, "").strip();
        if (secret.isEmpty() && host.isEmpty()) {
            throw new SettingsException(List.of(name + " is missing; it must be a connection string, or " + name + HOST
                    + " a host such as NAMESPACE.servicebus.windows.net"));
        }
        if (secret.isEmpty()) {
            return new MessagingConnection(host, Optional.empty());
        }
        try {
            ConnectionString connection = ConnectionString.parse(name, secret);
            return new MessagingConnection(connection.host(), Optional.of(connection));
        } catch (IllegalArgumentException e) {
            throw new SettingsException(List.of(String.valueOf(e.getMessage())));
        }
    }
}
