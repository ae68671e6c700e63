package dev.persistor.azure;

import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** The common part of both brokers' providers. It names no client class, because the client may be missing. */
final class MessagingProvider {

    /** Makes a publisher, which takes the client's classes. */
    interface Opener {
        MessagePublisher open(
                MessagingAddress address, Optional<ConnectionString> connection, Map<String, String> environment);
    }

    private final String scheme;
    private final String entity;
    private final String variable;
    private final String artifact;

    MessagingProvider(String scheme, String entity, String variable, String artifact) {
        this.scheme = scheme;
        this.entity = entity;
        this.variable = variable;
        this.artifact = artifact;
    }

    boolean accepts(URI target) {
        return scheme.equals(target.getScheme());
    }

    MessagePublisher open(URI target, Map<String, String> environment, Opener opener) {
        MessagingAddress address = MessagingAddress.of(target, entity);
        Optional<ConnectionString> connection = address.connection(variable, environment.get(variable));
        try {
            return opener.open(address, connection, environment);
        } catch (NoClassDefFoundError e) {
            throw new PublishException(
                    "open " + address + ": its client is not on the class path; add com.azure:" + artifact, false, e);
        }
    }
}
