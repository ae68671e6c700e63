package dev.persistor.standalone.recovery;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.StorePublisher;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.standalone.cli.CommandContext;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where a replay goes to: a topic, a hub, a queue, an address of HTTP, the standard output, or another store.
 *
 * <p>Immutable.
 *
 * @param publisher takes the messages
 * @param store the store behind it, if the replay is a copy
 * @param shown the address as people may see it
 * @param key what tells it from others, for checkpoints
 */
record Target(MessagePublisher publisher, Optional<BlobStore> store, String shown, String key)
        implements AutoCloseable {

    /**
     * Opens a target.
     *
     * @param naming how blobs are named where the target is a store
     * @param environment what publishers may look up
     * @throws IllegalArgumentException if the address is malformed, or nothing publishes to such addresses
     */
    static Target open(String text, NamingPolicy naming, CommandContext context, Map<String, String> environment) {
        // Before all else: it is no address to the letter of the standard.
        if (text.equals(StandardOutput.ADDRESS)) {
            return new Target(new StandardOutput(context.bytes()), Optional.empty(), text, text);
        }
        URI address = Addresses.uri(text);
        String shown = Addresses.shown(address);
        String key = Addresses.key(address);
        if (address.getScheme() == null) {
            throw new IllegalArgumentException(
                    "an address begins with its kind, such as pubsub:, https: or file:, unlike " + shown);
        }
        if (BlobStores.areAt(address)) {
            return copy(BlobStores.openChecked(address, environment), naming);
        }
        return new Target(MessagePublishers.open(address, environment), Optional.empty(), shown, key);
    }

    private static Target copy(BlobStore store, NamingPolicy naming) {
        MessagePublisher publisher = new StorePublisher(store, naming, new RawFormat());
        return new Target(publisher, Optional.of(store), store.toString(), store.toString());
    }

    boolean isCopy() {
        return store.isPresent();
    }

    boolean isStandardOutput() {
        return shown.equals(StandardOutput.ADDRESS);
    }

    @Override
    public void close() {
        try {
            publisher.close();
        } finally {
            store.ifPresent(BlobStore::close);
        }
    }
}
