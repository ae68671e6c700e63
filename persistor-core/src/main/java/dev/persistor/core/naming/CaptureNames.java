package dev.persistor.core.naming;

import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of the files that Event Hubs Capture writes: a format of nine fields, such as {@value #DEFAULT_TEXT}, with {@code .avro}
 * behind it. They tell the hub and the partition, which the files themselves do not.
 *
 * <p>Immutable.
 */
public final class CaptureNames implements NamedBlobs {

    static final String DEFAULT_TEXT =
            "{Namespace}/{EventHub}/{PartitionId}/{Year}/{Month}/{Day}/{Hour}/{Minute}/{Second}";

    private static final String HUB = "EventHub";
    private static final String PARTITION = "PartitionId";

    /** The pattern of each field. */
    private static final Map<String, String> FIELDS = Map.of(
            "Namespace",
            "[^/]+",
            HUB,
            "[^/]+",
            PARTITION,
            "\\d+",
            "Year",
            "\\d{4}",
            "Month",
            "\\d\\d",
            "Day",
            "\\d\\d",
            "Hour",
            "\\d\\d",
            "Minute",
            "\\d\\d",
            "Second",
            "\\d\\d");

    private static final Map<String, UtcPart> TIMES = Map.of(
            "Year", UtcPart.YEAR,
            "Month", UtcPart.MONTH,
            "Day", UtcPart.DAY,
            "Hour", UtcPart.HOUR,
            "Minute", UtcPart.MINUTE,
            "Second", UtcPart.SECOND);

    /** A file is named after the time of its window, which is 15 minutes at most, by another clock than its events. */
    private static final Duration MARGIN = Duration.ofHours(1);

    /** The number of segments of a default name, starting with the hub. */
    private static final int SEGMENTS_FROM_HUB = 8;

    private static final String ANY_FOLDERS = "(?:.*/)?";

    private static final Pattern FIELD = Pattern.compile("\\{([^}]*)}");

    /** The format that Capture has unless another is set. Files so named are recognised in any folder. */
    public static final CaptureNames DEFAULT = parse(DEFAULT_TEXT);

    private final String text;
    private final List<Part> parts;
    private final Pattern pattern;
    private final Optional<TimePruning> pruning;

    /**
     * Where Capture read a file's events.
     *
     * <p>Immutable.
     *
     * @param hub the hub's name
     * @param partition the partition's id
     */
    public record Place(String hub, String partition) {}

    private CaptureNames(String text, List<Part> parts, Pattern pattern) {
        this.text = text;
        this.parts = parts;
        this.pattern = pattern;
        this.pruning = TimePruning.of(parts);
    }

    /**
     * Reads a format.
     *
     * @throws IllegalArgumentException if it does not have each of the nine fields once, as Capture demands; the message names the field
     */
    public static CaptureNames parse(String text) {
        List<Part> parts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        StringBuilder pattern = new StringBuilder(ANY_FOLDERS);
        int end = 0;
        Matcher field = FIELD.matcher(text);
        while (field.find()) {
            addLiteral(text.substring(end, field.start()), parts, pattern);
            String name = field.group(1);
            require(FIELDS.containsKey(name), "{" + name + "} is not a field of Event Hubs Capture");
            require(!names.contains(name), "{" + name + "} occurs twice");
            names.add(name);
            pattern.append("(?<")
                    .append(name)
                    .append('>')
                    .append(FIELDS.get(name))
                    .append(')');
            parts.add(part(name, field.start() + 1));
            end = field.end();
        }
        FIELDS.keySet().stream().sorted().forEach(name -> require(names.contains(name), "{" + name + "} is missing"));
        addLiteral(text.substring(end) + ".avro", parts, pattern);
        String regex = pattern + "(?:\\.gz|\\.zst)?";
        return new CaptureNames(
                text, List.copyOf(parts), Pattern.compile(text.equals(DEFAULT_TEXT) ? withoutNamespace(regex) : regex));
    }

    /** The store itself may be in the folder of the namespace. */
    private static String withoutNamespace(String regex) {
        return ANY_FOLDERS + regex.substring(regex.indexOf("(?<" + HUB));
    }

    private static void addLiteral(String literal, List<Part> parts, StringBuilder pattern) {
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal));
            pattern.append(Pattern.quote(literal));
        }
    }

    private static Part part(String name, int column) {
        UtcPart time = TIMES.get(name);
        return time == null ? field(name.equals(HUB) ? "source" : name, column) : time;
    }

    private static Part.Field field(String name, int column) {
        return Part.Field.of(name, column, message -> "", false);
    }

    private static void require(boolean expected, String otherwise) {
        if (!expected) {
            throw new IllegalArgumentException(otherwise + "; a format contains each of "
                    + DEFAULT_TEXT.replace("}/{", "} {") + " once, in any order and with any text between them");
        }
    }

    /** Returns the hub and the partition that a name tells, if it is of this format. */
    public Optional<Place> place(BlobName name) {
        Matcher found = pattern.matcher(name.value());
        return found.matches() ? Optional.of(new Place(found.group(HUB), found.group(PARTITION))) : Optional.empty();
    }

    @Override
    public boolean mayHaveNamed(BlobName name) {
        return pattern.matcher(name.value()).matches();
    }

    /**
     * Lists the files of a range, with an hour before and behind it. Of the default format only those in folders that begin with a
     * file so named, so that nothing else is listed in an archive of others.
     */
    @Override
    public Stream<BlobInfo> list(BlobSource source, String prefix, Set<String> sources, TimeRange range) {
        TimeRange wide = new TimeRange(minus(range.from()), plus(range.to()));
        if (text.equals(DEFAULT_TEXT)) {
            return StretchListing.stream(source, recognised(source, prefix, sources, wide));
        }
        return pruning.map(found -> StretchListing.stream(source, found.stretches(source, prefix, sources, wide)))
                .orElseGet(() -> source.list(prefix));
    }

    private static Instant minus(Instant time) {
        return time.equals(TimeRange.ALL.from()) ? time : time.minus(MARGIN);
    }

    private static Instant plus(Instant time) {
        return time.equals(TimeRange.ALL.to()) ? time : time.plus(MARGIN);
    }

    private List<NameStretch> recognised(BlobSource source, String prefix, Set<String> sources, TimeRange range) {
        List<NameStretch> stretches = new ArrayList<>();
        String after = "";
        for (Optional<BlobInfo> next = source.first("", after); next.isPresent(); next = source.first("", after)) {
            String name = next.get().name().value();
            int slash = name.indexOf('/');
            String folder = name.substring(0, slash + 1);
            if (slash > 0 && place(next.get().name()).isPresent()) {
                int depth = name.split("/", -1).length - SEGMENTS_FROM_HUB;
                stretches.addAll(below(depth).stretchesIn(folder, source, prefix, sources, range));
            }
            after = slash < 0 ? name : folder + NameStretch.LAST;
        }
        return stretches;
    }

    /** Returns what prunes where the hub's folder has so many folders above it. */
    private TimePruning below(int folders) {
        List<Part> deep = new ArrayList<>();
        for (int i = 0; i < folders; i++) {
            deep.add(field("Namespace", 1));
            deep.add(new Part.Literal("/"));
        }
        deep.addAll(parts.subList(2, parts.size()));
        return TimePruning.of(deep).orElseThrow();
    }

    /** Returns the format's text. */
    @Override
    public String toString() {
        return text;
    }
}
