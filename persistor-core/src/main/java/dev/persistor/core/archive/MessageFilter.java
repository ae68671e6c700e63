package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.BlobInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Selects messages: those that satisfy all conditions and are not excluded.
 *
 * <p>Immutable.
 */
public final class MessageFilter {

    /** Takes every message. */
    public static final MessageFilter ALL = builder().build();

    /**
     * An attribute with a text, whatever its type.
     *
     * @param name the attribute's name
     * @param text the text of one of its values
     */
    private record Attribute(String name, String text) {

        boolean isIn(Attributes attributes) {
            return attributes.all(name).anyMatch(value -> value.text().equals(text));
        }
    }

    private final TimeRange range;
    private final Set<String> sources;
    private final Set<String> ids;
    private final Set<String> orderingKeys;
    private final List<Attribute> attributes;
    private final String prefix;
    private final Exclusions exclusions;
    private final Optional<Shard> shard;

    private MessageFilter(Builder builder) {
        this.range = builder.range;
        this.sources = Set.copyOf(builder.sources);
        this.ids = Set.copyOf(builder.ids);
        this.orderingKeys = Set.copyOf(builder.orderingKeys);
        this.attributes = List.copyOf(builder.attributes);
        this.prefix = builder.prefix;
        this.exclusions = builder.exclusions;
        this.shard = builder.shard;
    }

    private MessageFilter(MessageFilter other, Exclusions exclusions, Optional<Shard> shard) {
        this.range = other.range;
        this.sources = other.sources;
        this.ids = other.ids;
        this.orderingKeys = other.orderingKeys;
        this.attributes = other.attributes;
        this.prefix = other.prefix;
        this.exclusions = exclusions;
        this.shard = shard;
    }

    /** Returns a builder of a filter that takes everything until something is asked for. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the publish times of interest. */
    public TimeRange range() {
        return range;
    }

    /** Returns the sources of interest; empty for all. */
    public Set<String> sources() {
        return sources;
    }

    /** Returns how the names of blobs of interest begin; empty for all. */
    public String prefix() {
        return prefix;
    }

    /** Returns what is left out of the messages of interest. */
    public Exclusions exclusions() {
        return exclusions;
    }

    /** Returns the filter that asks for the same, and leaves out this and nothing else. */
    public MessageFilter excluding(Exclusions other) {
        return new MessageFilter(this, other, shard);
    }

    /** Returns the shard whose messages are of interest; empty for all messages. */
    public Optional<Shard> shard() {
        return shard;
    }

    /** Returns the filter that asks for the same, and of that for the messages of one shard. */
    public MessageFilter shard(Shard part) {
        return new MessageFilter(this, exclusions, Optional.of(part));
    }

    /** Returns the filter that asks for the same in all shards. */
    public MessageFilter ofAllShards() {
        return new MessageFilter(this, exclusions, Optional.empty());
    }

    /** Tells whether a message is of interest. An id is the message's own, or the one that it had before a replay. */
    public boolean accepts(Message message) {
        return range.contains(message.publishTime())
                && (sources.isEmpty() || sources.contains(message.source()))
                && selects(message)
                && exclusions.match(message).isEmpty();
    }

    private boolean selects(Message message) {
        return (ids.isEmpty()
                        || ids.contains(message.id())
                        || ids.contains(Identity.of(message).id()))
                && (orderingKeys.isEmpty()
                        || message.orderingKey().map(orderingKeys::contains).orElse(false))
                && attributes.stream().allMatch(attribute -> attribute.isIn(message.attributes()))
                && shard.map(part -> part.has(message)).orElse(true);
    }

    /** Tells whether a blob may hold a message of interest, as far as its name and metadata say. */
    public boolean mayBeIn(BlobInfo blob) {
        return blob.name().value().startsWith(prefix)
                && Manifest.of(blob.metadata())
                        .map(manifest -> range.touches(manifest.firstPublishTime(), manifest.lastPublishTime()))
                        .orElse(true)
                && (sources.isEmpty()
                        || Manifest.source(blob.metadata())
                                .map(sources::contains)
                                .orElse(true))
                && maySelectIn(blob);
    }

    /** The metadata of a raw blob describes its whole message, unless there is a sidecar. That of a batch may tell its ids. */
    private boolean maySelectIn(BlobInfo blob) {
        if (ids.isEmpty() && orderingKeys.isEmpty() && attributes.isEmpty() && shard.isEmpty()) {
            return true;
        }
        if (RawFormat.isRaw(blob)) {
            return RawFormat.described(blob).map(this::selects).orElse(true);
        }
        return ids.isEmpty() || IdsOfBlob.mayBeIn(blob, ids);
    }

    /** Tells whether only messages of a range of time or of some sources are of interest, which names may tell. */
    public boolean isBound() {
        return !range.equals(TimeRange.ALL) || !sources.isEmpty();
    }

    /**
     * Tells whether the filter selects messages by more than range, sources and prefix, so that it may take some messages of a blob
     * and not others.
     */
    public boolean looksAtMessages() {
        return !ids.isEmpty() || !orderingKeys.isEmpty() || !attributes.isEmpty() || !exclusions.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageFilter that
                && toString().equals(that.toString())
                && exclusions.equals(that.exclusions);
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Returns what was asked for; without exclusions, the same text for the same filter. */
    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        if (!range.from().equals(TimeRange.ALL.from())) {
            all.add("from=" + range.from());
        }
        if (!range.to().equals(TimeRange.ALL.to())) {
            all.add("to=" + range.to());
        }
        new TreeSet<>(sources).forEach(source -> all.add("source=" + source));
        new TreeSet<>(ids).forEach(id -> all.add("id=" + id));
        new TreeSet<>(orderingKeys).forEach(key -> all.add("key=" + key));
        attributes.forEach(attribute -> all.add("attr:" + attribute.name + "=" + attribute.text));
        if (!prefix.isEmpty()) {
            all.add("prefix=" + prefix);
        }
        shard.ifPresent(part -> all.add("shard=" + part));
        String asked = all.isEmpty() ? "all messages" : String.join(" ", all);
        return exclusions.isEmpty() ? asked : asked + " excluding " + exclusions;
    }

    /** Collects what is asked for. Not thread-safe. */
    public static final class Builder {

        private TimeRange range = TimeRange.ALL;
        private final Set<String> sources = new TreeSet<>();
        private final Set<String> ids = new TreeSet<>();
        private final Set<String> orderingKeys = new TreeSet<>();
        private final List<Attribute> attributes = new ArrayList<>();
        private String prefix = "";
        private Exclusions exclusions = Exclusions.NONE;
        private Optional<Shard> shard = Optional.empty();

        private Builder() {}

        /** Sets the publish times. Default: all. */
        public Builder range(TimeRange range) {
            this.range = Objects.requireNonNull(range, "range");
            return this;
        }

        /** Adds a source; a message of any of those added is taken. Default: all. */
        public Builder source(String source) {
            sources.add(source);
            return this;
        }

        /** Adds an id; a message with any of those added is taken. Default: all. */
        public Builder id(String id) {
            ids.add(id);
            return this;
        }

        /** Adds an ordering key; a message with any of those added is taken. Default: all messages, with or without a key. */
        public Builder orderingKey(String key) {
            orderingKeys.add(key);
            return this;
        }

        /** Asks for an attribute with this text, whatever its type. */
        public Builder attribute(String name, String text) {
            attributes.add(new Attribute(name, text));
            return this;
        }

        /** Sets how the names of blobs begin. Default: anyhow. */
        public Builder prefix(String prefix) {
            this.prefix = Objects.requireNonNull(prefix, "prefix");
            return this;
        }

        /** Sets what is left out of what is asked for. Default: nothing. */
        public Builder exclude(Exclusions exclusions) {
            this.exclusions = Objects.requireNonNull(exclusions, "exclusions");
            return this;
        }

        /** Asks for the messages of one shard alone. Default: those of all. */
        public Builder shard(Shard shard) {
            this.shard = Optional.of(shard);
            return this;
        }

        /** Returns the filter. */
        public MessageFilter build() {
            return new MessageFilter(this);
        }
    }
}
