package dev.persistor.core.replay;

import dev.persistor.core.store.MissingModule;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Opens targets by their addresses, with the providers that are on the class path. Thread-safe. */
public final class MessagePublishers {

    private MessagePublishers() {}

    /**
     * Opens the target at an address, or where each source has a target of its own, a publisher that opens each for its first
     * message. Messages whose target cannot be opened then fail, and others go out.
     *
     * @param environment what providers may look up beside the address, such as {@link System#getenv()}
     * @throws IllegalArgumentException if no provider on the class path opens such addresses, or the address carries a
     *     credential or is malformed
     * @throws PublishException if the target cannot be opened
     */
    public static MessagePublisher open(TargetAddress target, Map<String, String> environment) {
        if (!target.isPerSource()) {
            return open(target.sample(), environment);
        }
        provider(target.sample());
        return new RoutedPublisher(target.toString(), source -> open(target.of(source), environment));
    }

    /**
     * Opens the target at an address.
     *
     * @param target such as {@code pubsub://project/topic}; credentials have no place in it
     * @param environment what providers may look up beside the address, such as {@link System#getenv()}
     * @throws IllegalArgumentException if no provider on the class path opens such addresses, or the address carries a
     *     credential or is malformed
     * @throws PublishException if the target cannot be opened
     */
    public static MessagePublisher open(URI target, Map<String, String> environment) {
        return provider(target).open(target, environment);
    }

    /**
     * Opens transactions to the target at an address, or to the target of each source.
     *
     * @param replay what is replayed and to where, in one line
     * @param progress names the notes of one checkpoint of this replay
     * @param environment what providers may look up beside the address
     * @throws IllegalArgumentException if such targets have no transactions, or as {@link #open(TargetAddress, Map)} does
     * @throws PublishException if the target cannot be opened
     */
    public static Transactions openTransactions(
            TargetAddress target, String replay, String progress, Map<String, String> environment) {
        return provider(target.sample()).openTransactions(target, replay, progress, environment);
    }

    private static MessagePublisherProvider provider(URI target) {
        if (target.getRawUserInfo() != null) {
            throw new IllegalArgumentException("a target address must not contain a user; credentials come from the"
                    + " cloud's own chain, such as workload or managed identity");
        }
        List<MessagePublisherProvider> providers = new ArrayList<>();
        // The class loader of Persistor itself: function hosts give threads context loaders of their own.
        ServiceLoader.load(MessagePublisherProvider.class, MessagePublishers.class.getClassLoader())
                .forEach(providers::add);
        for (MessagePublisherProvider provider : providers) {
            if (provider.accepts(target)) {
                return provider;
            }
        }
        throw new IllegalArgumentException("no module on the class path publishes to addresses of " + target.getScheme()
                + ":" + MissingModule.advice("target", String.valueOf(target.getScheme()))
                + "; the available modules publish to "
                + providers.stream()
                        .map(MessagePublisherProvider::example)
                        .sorted()
                        .collect(Collectors.joining(", ")));
    }
}
