package dev.persistor.core.archive;

import dev.persistor.core.message.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Messages that a {@link MessageFilter} leaves out: by id, by ordering key, or by an attribute. For messages that a consumer cannot
 * process, and for personal data that must not come back.
 *
 * <p>A file has one exclusion a line, in UTF-8: {@code id:ID}, {@code key:ORDERING-KEY} or {@code attr:NAME=VALUE}. Everything behind
 * the colon counts, spaces too. Empty lines and lines that begin with {@code #} are skipped.
 *
 * <p>Immutable.
 */
public final class Exclusions {

    /** Leaves out nothing. */
    public static final Exclusions NONE = builder().build();

    private static final String ID = "id:";
    private static final String KEY = "key:";
    private static final String ATTRIBUTE = "attr:";
    private static final int MOST_SHOWN = 5;

    private final Set<String> ids;
    private final Set<String> keys;
    /** The texts by the names of the attributes. */
    private final Map<String, Set<String>> attributes;

    private final int count;

    private Exclusions(Builder builder) {
        this.ids = Set.copyOf(builder.ids);
        this.keys = Set.copyOf(builder.keys);
        Map<String, Set<String>> copies = new LinkedHashMap<>();
        builder.attributes.forEach((name, texts) -> copies.put(name, Set.copyOf(texts)));
        this.attributes = copies;
        this.count = ids.size()
                + keys.size()
                + attributes.values().stream().mapToInt(Set::size).sum();
    }

    /** Returns a builder of exclusions that leave out nothing until some are added. */
    public static Builder builder() {
        return new Builder();
    }

    /** Tells whether nothing is left out. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Returns how many exclusions there are. */
    public int count() {
        return count;
    }

    /**
     * Returns the exclusion that leaves out a message, as a file would have it; none if the message stays. An id is the message's own,
     * or the one that it had before a replay.
     */
    public Optional<String> match(Message message) {
        if (count == 0) {
            return Optional.empty();
        }
        return id(message.id())
                .or(() -> id(Identity.of(message).id()))
                .or(() -> message.orderingKey().filter(keys::contains).map(key -> KEY + key))
                .or(() -> attribute(message));
    }

    private Optional<String> id(String id) {
        return ids.contains(id) ? Optional.of(ID + id) : Optional.empty();
    }

    private Optional<String> attribute(Message message) {
        return attributes.entrySet().stream()
                .flatMap(excluded -> message.attributes()
                        .all(excluded.getKey())
                        .map(value -> value.text())
                        .filter(excluded.getValue()::contains)
                        .map(text -> ATTRIBUTE + excluded.getKey() + "=" + text))
                .findFirst();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Exclusions that
                && ids.equals(that.ids)
                && keys.equals(that.keys)
                && attributes.equals(that.attributes);
    }

    @Override
    public int hashCode() {
        return ids.hashCode() + keys.hashCode() + attributes.hashCode();
    }

    /** Returns the exclusions, or their number if there are more than a few. */
    @Override
    public String toString() {
        if (count > MOST_SHOWN) {
            return count + " exclusions";
        }
        Set<String> all = new LinkedHashSet<>();
        ids.stream().sorted().forEach(id -> all.add(ID + id));
        keys.stream().sorted().forEach(key -> all.add(KEY + key));
        attributes.forEach(
                (name, texts) -> texts.stream().sorted().forEach(text -> all.add(ATTRIBUTE + name + "=" + text)));
        return String.join(" ", all);
    }

    /** Collects exclusions. Not thread-safe. */
    public static final class Builder {

        private final Set<String> ids = new LinkedHashSet<>();
        private final Set<String> keys = new LinkedHashSet<>();
        private final Map<String, Set<String>> attributes = new LinkedHashMap<>();

        private Builder() {}

        /** Leaves out the message of an id, or that had it before a replay. */
        public Builder id(String id) {
            ids.add(id);
            return this;
        }

        /** Leaves out all messages of an ordering key. */
        public Builder key(String orderingKey) {
            keys.add(orderingKey);
            return this;
        }

        /** Leaves out all messages with an attribute of this name and text, whatever its type. */
        public Builder attribute(String name, String text) {
            attributes.computeIfAbsent(name, any -> new LinkedHashSet<>()).add(text);
            return this;
        }

        /**
         * Adds the exclusions of a file.
         *
         * @throws IllegalArgumentException if a line is no exclusion; the message names file and line
         * @throws UncheckedIOException if the file cannot be read
         */
        public Builder file(Path file) {
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                int number = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    // Some editors begin a file of UTF-8 with this mark.
                    line(file, number, number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line);
                }
                return this;
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException(file + " is not UTF-8", e);
            } catch (IOException e) {
                throw new UncheckedIOException("the file of exclusions " + file + " cannot be read", e);
            }
        }

        private void line(Path file, int number, String line) {
            int sign = line.indexOf('=');
            if (line.isBlank() || line.startsWith("#")) {
                return;
            }
            if (line.startsWith(ID) && line.length() > ID.length()) {
                id(line.substring(ID.length()));
            } else if (line.startsWith(KEY) && line.length() > KEY.length()) {
                key(line.substring(KEY.length()));
            } else if (line.startsWith(ATTRIBUTE) && sign > ATTRIBUTE.length()) {
                attribute(line.substring(ATTRIBUTE.length(), sign), line.substring(sign + 1));
            } else {
                throw new IllegalArgumentException(file + ", line " + number + ": '" + line
                        + "' is not valid; use id:ID, key:ORDERING-KEY, attr:NAME=VALUE, or # and a comment");
            }
        }

        /** Returns the exclusions. */
        public Exclusions build() {
            return new Exclusions(this);
        }
    }
}
