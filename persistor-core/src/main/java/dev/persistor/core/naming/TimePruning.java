package dev.persistor.core.naming;

import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stretches of names in which the messages of a time range can be, where a template puts folders of the publish
 * time behind literal text and folders of values. Within one folder of values the names of time folders are in the order
 * of time, so two names bound the range.
 *
 * <p>Names that are not as the template makes them are in the stretches as well: they may be anything. Quarantine is not,
 * since nothing in it has a publish time.
 *
 * <p>Immutable.
 */
final class TimePruning {

    /** Digits, of which time folders are made, lie between these. */
    private static final String BEFORE_DIGITS = "0";

    private static final String AFTER_DIGITS = "9" + NameStretch.LAST;

    /** Years of four digits: names of others are in no order of time. */
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final List<Part> parts;
    private final int timeStart;
    private final int timeEnd;

    private TimePruning(List<Part> parts, int timeStart, int timeEnd) {
        this.parts = parts;
        this.timeStart = timeStart;
        this.timeEnd = timeEnd;
    }

    /** Returns what prunes by a template's parts, or nothing where the template's order of names is not that of time. */
    static Optional<TimePruning> of(List<Part> parts) {
        int start = 0;
        while (start < parts.size() && isOneOfFolders(parts, start)) {
            start++;
        }
        int end = endOfTime(parts, start);
        return end > start ? Optional.of(new TimePruning(List.copyOf(parts), start, end)) : Optional.empty();
    }

    /** Literal text, or a value that has a folder's name, or its end, for itself. */
    private static boolean isOneOfFolders(List<Part> parts, int index) {
        if (parts.get(index) instanceof Part.Literal) {
            return true;
        }
        return parts.get(index) instanceof Part.Field
                && index + 1 < parts.size()
                && parts.get(index + 1) instanceof Part.Literal next
                && next.text().startsWith("/");
    }

    /** The ends of consecutive year, month, day, ... fields with literal text between them, in folder names. */
    private static int endOfTime(List<Part> parts, int start) {
        Iterator<UtcPart> units = List.of(UtcPart.values()).iterator();
        int end = start;
        for (int i = start; i < parts.size(); i++) {
            if (parts.get(i) instanceof Part.Literal literal) {
                // What follows the last slash names a file, and a batch's time is only that of its first message.
                end = literal.text().contains("/") ? i + 1 : end;
            } else if (!units.hasNext() || parts.get(i) != units.next()) {
                break;
            }
        }
        return end;
    }

    /**
     * Returns the stretches, in the order of their names.
     *
     * @param prefix how names begin; empty for all
     * @param sources the sources of interest; empty for all
     */
    List<NameStretch> stretches(BlobSource source, String prefix, Set<String> sources, TimeRange range) {
        Walk walk = new Walk(source, prefix, sources, range);
        walk.walk("", 0, "");
        return walk.stretches;
    }

    /** Returns the folders of one source each that hold folders of the publish time, in the order of their names; at most so many. */
    List<String> sourceFolders(BlobSource source, int most) {
        boolean hasSource = parts.subList(0, timeStart).stream()
                .anyMatch(
                        part -> part instanceof Part.Field field && field.name().equals("source"));
        return !hasSource ? List.of() : new SourceFolders(parts, timeStart, source, most).find();
    }

    /** Returns a name that is before all those of a time and later, in a folder that {@link #sourceFolders} returns. */
    String before(String folder, Instant time) {
        String first = timeFolders(time);
        return folder + first.substring(0, first.length() - 1);
    }

    /** Returns the stretches below one of the folders of the first part, which is a field; see {@link #stretches}. */
    List<NameStretch> stretchesIn(
            String folder, BlobSource source, String prefix, Set<String> sources, TimeRange range) {
        Walk walk = new Walk(source, prefix, sources, range);
        walk.folder(folder, "", 0, (Part.Field) parts.get(0));
        return walk.stretches;
    }

    private String timeFolders(Instant time) {
        Instant within = time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
        StringBuilder text = new StringBuilder();
        for (Part part : parts.subList(timeStart, timeEnd)) {
            if (part instanceof Part.Literal literal) {
                text.append(literal.text());
            } else if (part instanceof UtcPart unit) {
                unit.appendTo(text, within);
            }
        }
        return text.substring(0, text.lastIndexOf("/") + 1);
    }

    private final class Walk {

        private final BlobSource source;
        private final String wanted;
        private final Set<String> sources;
        private final String first;
        private final String last;
        private final List<NameStretch> stretches = new ArrayList<>();

        /** The name that was found last; between what is covered and this one there is none. */
        private String least = "";

        Walk(BlobSource source, String wanted, Set<String> sources, TimeRange range) {
            this.source = source;
            this.wanted = wanted;
            this.sources = sources;
            this.first = timeFolders(range.from());
            // The range's end is not in it, but a folder that begins there costs a page at most.
            this.last = timeFolders(range.to());
        }

        private void add(String prefix, String after, @Nullable String before) {
            boolean empty = before != null && BlobName.ORDER.compare(least, before) >= 0;
            if (mayBeWanted(prefix) && !empty) {
                stretches.add(NameStretch.between(prefix.length() > wanted.length() ? prefix : wanted, after, before));
            }
        }

        private boolean mayBeWanted(String prefix) {
            return prefix.startsWith(wanted) || wanted.startsWith(prefix);
        }

        /**
         * Covers all names that begin with a prefix.
         *
         * @param prefix what the parts before {@code index} made
         * @param literal what is left of the literal text before that part
         */
        void walk(String prefix, int index, String literal) {
            if (!literal.isEmpty()) {
                literal(prefix, index, literal);
            } else if (index == timeStart) {
                time(prefix);
            } else if (parts.get(index) instanceof Part.Literal text) {
                walk(prefix, index + 1, text.text());
            } else if (parts.get(index) instanceof Part.Field field) {
                folders(prefix, index, field);
            }
        }

        private void literal(String prefix, int index, String literal) {
            String with = prefix + literal;
            add(prefix, "", with);
            walk(with, index, "");
            add(prefix, with + NameStretch.LAST, null);
        }

        private void time(String prefix) {
            // Without its last slash: a listing goes on after that name, and the folder's own marker comes next.
            String from = prefix + first.substring(0, first.length() - 1);
            String to = prefix + last;
            add(prefix, "", prefix + BEFORE_DIGITS);
            add(commonPrefix(from, to), from, to + NameStretch.LAST);
            add(prefix, prefix + AFTER_DIGITS, null);
        }

        /** Goes from folder to folder, of which there are as many as there are values. */
        private void folders(String prefix, int index, Part.Field field) {
            String after = "";
            while (true) {
                Optional<BlobInfo> next = source.first(prefix, after);
                if (next.isEmpty()) {
                    return;
                }
                String name = next.get().name().value();
                least = name;
                int slash = name.indexOf('/', prefix.length());
                if (slash < 0) {
                    if (name.startsWith(wanted)) {
                        stretches.add(NameStretch.of(next.get()));
                    }
                    after = name;
                } else {
                    String folder = name.substring(0, slash + 1);
                    folder(folder, prefix, index, field);
                    after = folder + NameStretch.LAST;
                }
            }
        }

        void folder(String folder, String prefix, int index, Part.Field field) {
            if (mayBeWanted(folder)
                    && isOfInterest(folder.substring(prefix.length(), folder.length() - 1), field)
                    && !folder.equals(QuarantineNaming.FOLDER + "/")) {
                walk(
                        folder,
                        index + 2,
                        ((Part.Literal) parts.get(index + 1)).text().substring(1));
            }
        }

        /** Long values are cut as the store that they were written to asked for, so they may be of any source. */
        private boolean isOfInterest(String value, Part.Field field) {
            return sources.isEmpty()
                    || !field.name().equals("source")
                    || value.length() >= PathValues.SHORTEST_LIMIT
                    || sources.stream()
                            .anyMatch(name ->
                                    PathValues.encode(name, Integer.MAX_VALUE).equals(value));
        }
    }

    private static String commonPrefix(String left, String right) {
        int length = 0;
        while (length < Math.min(left.length(), right.length()) && left.charAt(length) == right.charAt(length)) {
            length++;
        }
        return left.substring(0, length);
    }
}
