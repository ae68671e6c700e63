package dev.persistor.azure;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.SettingsException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Where a namespace of Event Hubs or Service Bus is, and how to be let in, from the variables that the Functions host reads for
 * its triggers: {@code NAME}, a connection string, or {@code NAME__fullyQualifiedNamespace}, a host that lets the function's
 * identity in.
 *
 * @param namespace the namespace's host
 * @param connection the connection string, if that was given
 */
record MessagingConnection(String namespace, Optional<ConnectionString> connection) {

    private static final Pattern HOST_NAME = Pattern.compile("localhost|[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+");
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
                "The host of the namespace, accessed with the identity of the process, instead of " + name + ".",
                "a host such as NAMESPACE.servicebus.windows.net",
                Function.identity());
    }

    /**
     * Refuses a connection string that is restricted to another entity: the client would read the entity of the string, or fail in a
     * way that names neither.
     *
     * @param variable where the connection string stands
     * @param setting where the entity stands
     * @throws SettingsException if they differ
     */
    void requireEntity(String variable, Setting<String> setting, String entity) {
        Optional<String> restricted = connection.flatMap(ConnectionString::entity);
        if (restricted.isPresent() && !restricted.get().equalsIgnoreCase(entity)) {
            throw new SettingsException(Problem.of(
                    connectionString(variable),
                    " has EntityPath=" + restricted.get() + ", and ",
                    setting,
                    " is \"" + entity + "\". Use a connection string of the namespace or of " + entity + ", or set ",
                    setting,
                    " to " + restricted.get()));
        }
    }

    /**
     * Reads the variables.
     *
     * @throws SettingsException if neither is valid
     */
    static MessagingConnection of(String name, Map<String, String> environment) {
        String secret = environment.getOrDefault(name, "").strip();
        String host = environment.getOrDefault(name + HOST, "").strip();
        if (secret.isEmpty() && host.isEmpty()) {
            throw new SettingsException(Problem.of(
                    connectionString(name),
                    " is missing; it must be a connection string, or ",
                    host(name),
                    " a host such as NAMESPACE.servicebus.windows.net"));
        }
        if (secret.isEmpty()) {
            if (!HOST_NAME.matcher(host).matches()) {
                throw new SettingsException(Problem.of(
                        host(name),
                        " is \"" + host + "\"; it must be the name of a host such as"
                                + " NAMESPACE.servicebus.windows.net, without scheme, port, path or key"));
            }
            return new MessagingConnection(host, Optional.empty());
        }
        ConnectionString connection = ConnectionString.parse(secret)
                .orElseThrow(
                        () -> new SettingsException(Problem.of(connectionString(name), ConnectionString.MALFORMED)));
        return new MessagingConnection(connection.host(), Optional.of(connection));
    }
}
