package dev.persistor.core.naming;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
 *   <tr><td>{@code {attr:NAME|fallback|only=a,b}}, {@code {orderingKey|fallback|only=a,b}}</td><td>the same, where only
 *       the listed values and the fallback stand for themselves, and all others are {@code ~other}</td></tr>
 *   <tr><td>{@code {partition|fallback}}, {@code {offset|fallback}}</td><td>the position; the offset padded to 20 digits</td></tr>
 *   <tr><td>{@code {hash}}</td><td>32 hexadecimal digits made of source, id and publish time</td></tr>
 *   <tr><td>{@code {batch}}</td><td>partition, first and last offset where the broker has them, else the first publish
 *       time and a digest of the ids</td></tr>
 *   <tr><td>{@code {ext}}</td><td>the format's extension, with its dot</td></tr>
 *   </tbody>
 * </table>
 *
 * <p>A missing value is its fallback, {@code none} unless given. Values are encoded so that none can leave its segment
 * and no two become the same; too long ones are cut and get a digest. A list has 1,000 values at most, with commas
 * between them, each written as it stands in a name: {@code created%2Fnew}. No value's own folder is {@code ~other}.
 *
 * <p>A template must name each message: it has {@code {id}}, {@code {hash}}, {@code {batch}}, or both
 * {@code {partition}} and {@code {offset}}.
 *
 * <p>Immutable.
 */
public final class PathTemplate implements NamingPolicy, NamedBlobs {

    static final String DEFAULT_TEXT = "{source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}";

    /** The template that is used unless another is given: {@value #DEFAULT_TEXT}. */
    public static final PathTemplate DEFAULT = parse(DEFAULT_TEXT);

    private static final int USUAL_LENGTH = 64;

    private final String text;
    private final Part[] parts;
    private final int folderParts;
    private final ValueLimit valueLimit;
    private final Optional<TimePruning> pruning;
    private final Pattern made;

    PathTemplate(String text, List<Part> parts) {
        this.text = text;
        this.parts = HourPart.joined(parts).toArray(Part[]::new);
        this.folderParts = lastSlash(this.parts) + 1;
        this.valueLimit = ValueLimit.of(parts);
        this.pruning = TimePruning.of(parts);
        this.made = patternOf(parts);
    }

    /** Returns the index of the last part that holds a slash, which ends the folder. */
    private static int lastSlash(Part[] parts) {
        int last = parts.length - 1;
        while (last >= 0 && !holdsSlash(parts[last])) {
            last--;
        }
        return last;
    }

    private static boolean holdsSlash(Part part) {
        return part instanceof Part.Literal literal
                ? literal.text().contains("/")
                : part instanceof HourPart hour && hour.holdsSlash();
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
        return BlobName.of(path(parts.length, messages, extension, limits).toString());
    }

    @Override
    public String partitionOf(Message message, BlobLimits limits) {
        StringBuilder path = path(folderParts, List.of(message), "", limits);
        return path.substring(0, Math.max(0, path.lastIndexOf("/")));
    }

    /**
     * Lists the blobs in which messages of a time range can be, in the order of their names, and asks the store for no
     * others as far as the template tells where they are: it does where folders of the publish time in UTC, from the year
     * on, follow literal text and folders of values. Blobs whose names are not as the template makes them are listed too,
     * without those in quarantine.
     *
     * @param prefix how names begin; empty for all
     * @param sources the sources of interest; empty for all
     */
    @Override
    public Stream<BlobInfo> list(BlobSource source, String prefix, Set<String> sources, TimeRange range) {
        if (pruning.isEmpty() || (range.equals(TimeRange.ALL) && sources.isEmpty())) {
            return source.list(prefix);
        }
        return StretchListing.stream(source, pruning.get().stretches(source, prefix, sources, range));
    }

    /**
     * Finds the folders of one source each in which this template puts folders of the publish time, such as {@code orders/}, with a
     * request for each folder of values.
     *
     * @param most how many folders are returned at most
     * @return the folders in the order of their names; none where the template has no such folders
     */
    public List<String> sourceFolders(BlobSource source, int most) {
        return pruning.map(times -> times.sourceFolders(source, most)).orElse(List.of());
    }

    /**
     * Returns a name in one of the {@link #sourceFolders}: blobs of a time and later have names after it.
     *
     * @throws IllegalStateException if the template's order of names is not that of time
     */
    public String nameBefore(String sourceFolder, Instant time) {
        return pruning.orElseThrow(() -> new IllegalStateException(text + " has no folders in the order of time"))
                .before(sourceFolder, time);
    }

    /** Tells whether the template may have made this name, also that of a collision. */
    @Override
    public boolean mayHaveNamed(BlobName name) {
        return made.matcher(name.value()).matches();
    }

    private static Pattern patternOf(List<Part> parts) {
        StringBuilder pattern = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Literal literal) {
                pattern.append(Pattern.quote(literal.text()));
            } else if (part instanceof UtcPart utc) {
                pattern.append(utc == UtcPart.YEAR ? "(?:-|%2B)?\\d{4,}" : "\\d\\d");
            } else {
                pattern.append(part instanceof Part.Extension ? "(?:\\.[^/]*)?" : "[^/]+");
            }
        }
        return Pattern.compile(pattern + "(?:\\.collision-\\p{XDigit}{16})?");
    }

    /** Returns what the first parts of the template make. */
    private StringBuilder path(int count, List<Message> messages, String extension, BlobLimits limits) {
        StringBuilder path = new StringBuilder(USUAL_LENGTH);
        Instant time = messages.get(0).publishTime();
        int limit = valueLimit.under(limits);
        for (int i = 0; i < count; i++) {
            Part part = parts[i];
            if (part instanceof Part.Literal literal) {
                path.append(literal.text());
            } else if (part instanceof Part.Field field) {
                path.append(field.encoded(messages, field.trusted() ? ValueLimit.TRUSTED_ROOM : limit));
            } else if (part instanceof HourPart hour) {
                path.append(hour.text(time));
            } else if (part instanceof UtcPart utc) {
                utc.appendTo(path, time);
            } else {
                path.append(extension);
            }
        }
        return path;
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
