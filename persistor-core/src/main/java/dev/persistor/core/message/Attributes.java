package dev.persistor.core.message;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The attributes of a message as the broker sent them: in their order, with repeated names (Kafka headers) and types
 * (AMQP properties).
 *
 * <p>{@link #toMap()} is the plain view for the common case. Two instances are equal when they hold the same entries in
 * the same order.
 *
 * <p>Immutable.
 */
public final class Attributes implements Iterable<Attributes.Entry> {

    /**
     * One name with one value.
     *
     * @param name the attribute's name, possibly empty, exactly as sent
     * @param value its value
     */
    public record Entry(String name, AttributeValue value) {
        /** Refuses null. */
        public Entry {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
        }
    }

    private static final Attributes EMPTY = new Attributes(List.of());

    private final List<Entry> entries;

    private Attributes(List<Entry> entries) {
        this.entries = entries;
    }

    /** Returns no attributes. */
    public static Attributes empty() {
        return EMPTY;
    }

    /** Returns the given entries in the list's order; the list is copied. */
    public static Attributes of(List<Entry> entries) {
        return entries.isEmpty() ? EMPTY : new Attributes(List.copyOf(entries));
    }

    /**
     * Returns string attributes of a broker whose attributes are a map without order, sorted by name.
     *
     * <p>Such a broker may send a redelivered message's attributes in another order. Sorting gives both deliveries the
     * same attributes, and so the same blobs.
     */
    public static Attributes ofUnordered(Map<String, String> attributes) {
        List<Entry> sorted = new ArrayList<>(attributes.size());
        for (Map.Entry<String, String> attribute : new TreeMap<>(attributes).entrySet()) {
            sorted.add(new Entry(attribute.getKey(), AttributeValue.of(attribute.getValue())));
        }
        return of(sorted);
    }

    /** Returns a builder that keeps the order in which attributes are added. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the entries in the broker's order. */
    public List<Entry> entries() {
        return entries;
    }

    /** Returns the value of the first attribute with this name. */
    public Optional<AttributeValue> first(String name) {
        for (Entry entry : entries) {
            if (entry.name().equals(name)) {
                return Optional.of(entry.value());
            }
        }
        return Optional.empty();
    }

    /** Returns the text of the first attribute with this name. */
    public Optional<String> text(String name) {
        return first(name).map(AttributeValue::text);
    }

    /** Returns the values of all the attributes with this name, in their order. */
    public Stream<AttributeValue> all(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).map(Entry::value);
    }

    /** Returns names and texts as a map in the broker's order; of a repeated name, the first value. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (Entry entry : entries) {
            map.putIfAbsent(entry.name(), entry.value().text());
        }
        return map;
    }

    /** Tells whether there are no attributes. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Returns how many entries there are, repeated names counted each time. */
    public int size() {
        return entries.size();
    }

    @Override
    public Iterator<Entry> iterator() {
        return entries.iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }

    /** Collects attributes in order. Not thread-safe. */
    public static final class Builder {
        private final List<Entry> entries = new ArrayList<>();

        private Builder() {}

        /** Adds an attribute, also when its name is there already. */
        public Builder add(String name, AttributeValue value) {
            entries.add(new Entry(name, value));
            return this;
        }

        /** Adds a string attribute, also when its name is there already. */
        public Builder add(String name, String value) {
            return add(name, AttributeValue.of(value));
        }

        /** Returns what was added so far. */
        public Attributes build() {
            return of(entries);
        }
    }
}
