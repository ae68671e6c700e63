package dev.persistor.azure;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An entity of a namespace of Event Hubs or Service Bus.
 *
 * @param scheme {@code eventhubs} or {@code servicebus}
 * @param namespace the namespace's host, in lower case
 * @param entity the hub, queue or topic
 */
record MessagingAddress(String scheme, String namespace, String entity) {

    private static final String DOMAIN = ".servicebus.windows.net";

    /** A host without a dot is the short name of a namespace. */
    private static final Pattern FORM = Pattern.compile(
            "([a-z]+)://([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)/([A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9_])?)");

    /**
     * Reads an address.
     *
     * @param what the kind of entity, for the error
     * @throws IllegalArgumentException if it names no namespace and entity, or more than that
     */
    static MessagingAddress of(URI target, String what) {
        Matcher parts = FORM.matcher(target.toString());
        if (DeadLetters.isQueue(target.toString())) {
            throw new IllegalArgumentException(target + " is a dead-letter queue, to which messages cannot be sent;"
                    + " write " + DeadLetters.entityOf(target.toString()));
        }
        if (!parts.matches() || (!what.contains("queue") && parts.group(3).contains("/"))) {
            throw new IllegalArgumentException("no namespace and " + what + " in " + target + "; write "
                    + target.getScheme() + "://NAMESPACE/NAME, the namespace with letters, digits and dashes, or with"
                    + " its domain such as NAMESPACE" + DOMAIN + ", and the name of the " + what
                    + " with letters, digits, periods, dashes and underscores");
        }
        String host = parts.group(2).toLowerCase(Locale.ROOT);
        boolean whole = host.contains(".") || host.equals("localhost");
        return new MessagingAddress(parts.group(1), whole ? host : host + DOMAIN, parts.group(3));
    }

    /**
     * Reads a connection string that must be of this namespace, or of an emulator.
     *
     * @param variable where it stands, for the errors, which never show it
     * @param connection the variable's value, or null
     * @return empty if there is none
     * @throws IllegalArgumentException if it is no connection string, or one of another namespace or entity
     */
    Optional<ConnectionString> connection(String variable, @Nullable String connection) {
        if (connection == null || connection.isBlank()) {
            return Optional.empty();
        }
        ConnectionString parsed = ConnectionString.parse(connection.strip())
                .orElseThrow(() -> new IllegalArgumentException(variable + ConnectionString.MALFORMED));
        if (!parsed.emulator() && !parsed.host().equalsIgnoreCase(namespace)) {
            throw new IllegalArgumentException(
                    variable + " is for " + parsed.host() + ", but the target is in " + namespace);
        }
        if (parsed.entity().isPresent() && !parsed.entity().get().equals(entity)) {
            throw new IllegalArgumentException(
                    variable + " is for " + parsed.entity().get() + ", but the target is " + entity);
        }
        return Optional.of(parsed);
    }

    @Override
    public String toString() {
        return scheme + "://" + namespace + "/" + entity;
    }
}
