package dev.persistor.standalone.recovery;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.StorePublisher;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.core.replay.Transactions;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.standalone.cli.CommandContext;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * The target of a replay: a topic, a hub, a queue, an address of HTTP, the standard output, or another store.
 *
 * <p>Immutable.
 *
 * @param publisher takes the messages
 * @param store the store behind it, if the replay is a copy
 * @param shown the address as people may see it
 * @param key what tells it from others, for checkpoints
 * @param address the address of what is neither the standard output nor a store
 */
record Target(
        MessagePublisher publisher,
        Optional<BlobStore> store,
        String shown,
        String key,
        Optional<TargetAddress> address)
        implements AutoCloseable {

    /**
     * Opens a target.
     *
     * @param naming how blobs are named where the target is a store
     * @param concurrency how many blobs are written at a time where the target is a store, if that is fixed
     * @param environment what is looked up beside the address
     * @throws IllegalArgumentException if the address is malformed, or nothing publishes to such addresses
     */
    static Target open(
            String text,
            NamingPolicy naming,
            OptionalInt concurrency,
            CommandContext context,
            Map<String, String> environment) {
        // Before all else: it is no address to the letter of the standard.
        if (text.equals(StandardOutput.ADDRESS)) {
            return new Target(new StandardOutput(context.bytes()), Optional.empty(), text, text, Optional.empty());
        }
        TargetAddress address = TargetAddress.parse(text);
        if (address.sample().getScheme() == null) {
            throw new IllegalArgumentException(
                    "an address begins with its scheme, such as pubsub:, https: or file:, unlike " + address);
        }
        if (BlobStores.areAt(address.sample())) {
            requireOne(address);
            return copy(BlobStores.openChecked(address.sample(), environment), naming, concurrency);
        }
        MessagePublisher publisher = MessagePublishers.open(address, environment);
        return new Target(
                publisher, Optional.empty(), address.toString(), Addresses.key(address), Optional.of(address));
    }

    private static void requireOne(TargetAddress address) {
        if (address.isPerSource()) {
            throw new IllegalArgumentException(
                    "{source} cannot be used in the address of a store; use --path to name blobs by their source");
        }
    }

    private static Target copy(BlobStore store, NamingPolicy naming, OptionalInt concurrency) {
        MessagePublisher publisher = new StorePublisher(store, naming, new RawFormat(), concurrency);
        return new Target(publisher, Optional.of(store), store.toString(), store.toString(), Optional.empty());
    }

    /** Returns the target of each of these sources, where each has its own. */
    Map<String, String> of(Set<String> sources) {
        Map<String, String> targets = new TreeMap<>();
        address.filter(TargetAddress::isPerSource)
                .ifPresent(each -> sources.forEach(source -> targets.put(source, Addresses.shown(each.of(source)))));
        return targets;
    }

    /**
     * Opens transactions to it.
     *
     * @param replay what is replayed and to where
     * @param checkpoint the id of the checkpoint
     * @throws IllegalArgumentException if such targets have none
     */
    Transactions transactions(String replay, String checkpoint, Map<String, String> environment) {
        return address.map(each -> MessagePublishers.openTransactions(each, replay, checkpoint, environment))
                .orElseThrow(() -> new IllegalArgumentException(shown + " has no transactions"));
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
