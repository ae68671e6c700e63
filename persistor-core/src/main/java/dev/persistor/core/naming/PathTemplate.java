package dev.persistor.core.naming;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import java.util.List;

/**
 * Names blobs by a template such as {@value #DEFAULT_TEXT}.
 *
 * <table class="striped">
 *   <caption>Fields</caption>
 *   <thead><tr><th>field</th><th>stands for</th></tr></thead>
 *   <tbody>
 *   <tr><td>{@code {source}}</td><td>the message's source</td></tr>
 *   <tr><td>{@code {id}}</td><td>the message's id; in a blob of several messages, what {@code {batch}} stands for</td></tr>
 *   <tr><td>{@code {yyyy} {MM} {dd} {HH} {mm} {ss}}</td><td>parts of the publish time, in UTC, padded</td></tr>
 *   <tr><td>{@code {time:PATTERN}}, {@code {time:PATTERN@ZONE}}</td><td>the publish time by a pattern of
 *       {@link java.time.format.DateTimeFormatter}, in UTC or the named zone; a {@code /} in it parts folders</td></tr>
 *   <tr><td>{@code {attr:NAME|fallback}}</td><td>the text of an attribute</td></tr>
 *   <tr><td>{@code {orderingKey|fallback}}</td><td>the ordering key</td></tr>
 *   <tr><td>{@code {partition|fallback}}, {@code {offset|fallback}}</td><td>the position; the offset padded to 20 digits</td></tr>
 *   <tr><td>{@code {hash}}</td><td>32 hexadecimal digits made of source, id and publish time</td></tr>
 *   <tr><td>{@code {batch}}</td><td>partition, first and last offset where the broker has them, else the first publish
 *       time and a digest of the ids</td></tr>
 *   <tr><td>{@code {ext}}</td><td>the format's extension, with its dot</td></tr>
 *   </tbody>
 * </table>
 *
 * <p>A missing value is its fallback, {@code none} unless given. Values are encoded so that none can leave its segment
 * and no two become the same; too long ones are cut and get a digest.
 *
 * <p>A template must name each message: it has {@code {id}}, {@code {hash}}, {@code {batch}}, or both
 * {@code {partition}} and {@code {offset}}.
 *
 * <p>Immutable.
 */
public final class PathTemplate implements NamingPolicy {

    static final String DEFAULT_TEXT = "{source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}";

    /** The template that is used unless another is given: {@value #DEFAULT_TEXT}. */
    public static final PathTemplate DEFAULT = parse(DEFAULT_TEXT);

    /** Room for an extension, the same for all, so that a message's folder does not depend on the format. */
    private static final int EXTENSION_ROOM = 16;

    /** Room for a trusted value: the longest is a digest with a time before it. */
    private static final int TRUSTED_ROOM = 64;

    private final String text;
    private final List<Part> parts;
    private final int fileStart;

    PathTemplate(String text, List<Part> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
        this.fileStart = lastSlash(parts) + 1;
    }

    /** Returns the index of the last part that holds a slash, which ends the folder. */
    private static int lastSlash(List<Part> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof Part.Literal literal && literal.text().contains("/")) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Reads a template.
     *
     * @throws PathTemplateException if it cannot be read, or would give different messages the same name; it says where
     *     and what to write
     */
    public static PathTemplate parse(String text) {
        return new PathTemplateParser(text).parse();
    }

    @Override
    public BlobName nameOf(List<Message> messages, String extension, BlobLimits limits) {
        StringBuilder name = new StringBuilder(128);
        int limit = valueLimit(limits);
        for (Part part : parts) {
            append(name, part, messages, extension, limit);
        }
        return BlobName.of(name.toString());
    }

    @Override
    public String partitionOf(Message message, BlobLimits limits) {
        StringBuilder name = new StringBuilder(64);
        int limit = valueLimit(limits);
        for (Part part : parts.subList(0, fileStart)) {
            append(name, part, List.of(message), "", limit);
        }
        return name.substring(0, Math.max(0, name.lastIndexOf("/")));
    }

    private static void append(
            StringBuilder name, Part part, List<Message> messages, String extension, int valueLimit) {
        if (part instanceof Part.Literal literal) {
            name.append(literal.text());
        } else if (part instanceof Part.Field field) {
            name.append(PathValues.encode(field.value(messages), field.trusted() ? TRUSTED_ROOM : valueLimit));
        } else {
            name.append(extension);
        }
    }

    /**
     * Shares out the room that the store leaves: each value whose length the sender decides gets the same, by the
     * segment with the least room and by the whole name.
     */
    private int valueLimit(BlobLimits limits) {
        Room segment = new Room();
        Room whole = new Room();
        int least = Integer.MAX_VALUE;
        for (Part part : parts) {
            if (part instanceof Part.Literal literal && literal.text().contains("/")) {
                String literalText = literal.text();
                segment.fixed += literalText.indexOf('/');
                least = Math.min(least, segment.each(limits.maxSegmentBytes()));
                segment = new Room();
                segment.fixed = literalText.length() - literalText.lastIndexOf('/') - 1;
                whole.fixed += literalText.length();
            } else {
                segment.add(part);
                whole.add(part);
            }
        }
        least = Math.min(least, segment.each(limits.maxSegmentBytes() - RESERVED_SUFFIX_BYTES));
        return Math.max(
                PathValues.SHORTEST_LIMIT, Math.min(least, whole.each(limits.maxNameBytes() - RESERVED_SUFFIX_BYTES)));
    }

    /** Counts what is fixed and what shares the rest. */
    private static final class Room {
        private int fixed;
        private int shares;

        void add(Part part) {
            if (part instanceof Part.Literal literal) {
                fixed += literal.text().length();
            } else if (part instanceof Part.Extension) {
                fixed += EXTENSION_ROOM;
            } else if (part instanceof Part.Field field && field.trusted()) {
                fixed += TRUSTED_ROOM;
            } else {
                shares++;
            }
        }

        int each(int room) {
            return shares == 0 ? Integer.MAX_VALUE : (room - fixed) / shares;
        }
    }

    /** Returns the template's text. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathTemplate that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
