package dev.persistor.azure;

import dev.persistor.core.config.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a namespace of Event Hubs or Service Bus is, and how to be let in, from the variables that the Functions host reads for
 * its triggers: {@code NAME}, a connection string, or {@code NAME__fullyQualifiedNamespace}, a host that lets the function's
 * identity in.
 *
 * @param namespace the namespace's host
 * @param connection the connection string, if that was given
 */
record MessagingConnection(String namespace, Optional<ConnectionString> connection) {

    /**
     * Reads the variables.
     *
     * @throws SettingsException if neither does
     */
    static MessagingConnection of(String name, Map<String, String> environment) {
        String secret = environment.getOrDefault(name, "").strip();
        String host =
                environment.getOrDefault(name + "__fullyQualifiedNamespace", "").strip();
        if (secret.isEmpty() && host.isEmpty()) {
            throw new SettingsException(List.of(name + " is missing; it must be a connection string, or " + name
                    + "__fullyQualifiedNamespace a host such as NAMESPACE.servicebus.windows.net"));
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
