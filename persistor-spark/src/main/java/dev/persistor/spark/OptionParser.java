package dev.persistor.spark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.config.NearestText;
import dev.persistor.core.config.Values;
import dev.persistor.core.format.foreign.ForeignLayouts;
import dev.persistor.core.naming.CaptureNames;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.standalone.cli.TimeText;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the options of a table. They are named like those of the commands, except {@code template}: Spark calls the address
 * {@code path}, which is the commands' name for a template.
 *
 * <p>Not thread-safe.
 */
final class OptionParser {

    /** Begins the name of an option that sets a variable of the environment, for the store. */
    private static final String ENVIRONMENT = "env.";

    private static final String PATH = "path";
    private static final String FROM = "from";
    private static final String UNTIL = "until";
    private static final String SOURCE = "source";
    private static final String ID = "id";
    private static final String ATTRIBUTE = "attr";
    private static final String PREFIX = "prefix";
    private static final String TEMPLATE = "template";
    private static final String CAPTURE_FORMAT = "capture-format";
    private static final String LAYOUT = "layout";
    private static final String ANY_NAMES = "any-names";
    private static final String CONCURRENCY = "concurrency";
    private static final String RETRY_FOR = "retry-for";
    private static final String SPLIT_BYTES = "split-bytes";
    private static final String SPLIT_BLOBS = "split-blobs";
    private static final String MODE = "mode";

    private static final List<String> KNOWN = List.of(
            PATH,
            FROM,
            UNTIL,
            SOURCE,
            ID,
            ATTRIBUTE,
            PREFIX,
            TEMPLATE,
            CAPTURE_FORMAT,
            LAYOUT,
            ANY_NAMES,
            CONCURRENCY,
            RETRY_FOR,
            SPLIT_BYTES,
            SPLIT_BLOBS,
            MODE);

    private static final int MOST_CONCURRENT = 9_999;

    private final Map<String, String> options = new TreeMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Instant now;

    /**
     * Takes options.
     *
     * @param given as they were written; capitals in names do not matter but in what follows {@code env.}
     * @param now what a time such as {@code 2h ago} counts from
     * @throws IllegalArgumentException if one is unknown
     */
    OptionParser(Map<String, String> given, Instant now) {
        this.now = now;
        given.forEach(this::put);
    }

    private void put(String name, String value) {
        String known = name.toLowerCase(Locale.ROOT);
        if (known.startsWith(ENVIRONMENT)) {
            environment.put(name.substring(ENVIRONMENT.length()), value);
        } else if (KNOWN.contains(known)) {
            options.put(known, value);
        } else if (known.equals("paths")) {
            throw new IllegalArgumentException(
                    "the format persistor loads one archive; load each archive and" + " union them");
        } else {
            throw new IllegalArgumentException("unknown option '" + name + "' of the format persistor"
                    + NearestText.to(known, KNOWN)
                            .map(near -> " (did you mean '" + near + "'?)")
                            .orElse("")
                    + "; allowed are " + String.join(", ", KNOWN) + " and env.VARIABLE");
        }
    }

    /**
     * Returns what the options say.
     *
     * @throws IllegalArgumentException if one is missing or wrong; the message names it, its value and what is allowed
     */
    TableOptions parse() {
        List<String> layouts = list(LAYOUT);
        List<String> templates = list(TEMPLATE);
        return new TableOptions(
                store(),
                Map.copyOf(environment),
                bounds(),
                list(ATTRIBUTE).stream().map(OptionParser::attribute).toList(),
                options.getOrDefault(PREFIX, ""),
                templates.isEmpty()
                        ? List.of(PathTemplate.DEFAULT.toString())
                        : templates.stream()
                                .map(text -> checked(TEMPLATE, text, PathTemplate::parse))
                                .toList(),
                options.containsKey(CAPTURE_FORMAT)
                        ? checked(CAPTURE_FORMAT, options.get(CAPTURE_FORMAT), CaptureNames::parse)
                        : "",
                layouts.stream()
                        .map(text -> checked(LAYOUT, text, ForeignLayouts::named))
                        .toList(),
                value(ANY_NAMES, "false", OptionParser::isTrue, "true or false")
                        || (!layouts.isEmpty() && templates.isEmpty()),
                options.containsKey(CONCURRENCY)
                        ? value(
                                CONCURRENCY,
                                "",
                                text -> Values.numberUpTo(MOST_CONCURRENT, text),
                                "a whole number from 1 to " + MOST_CONCURRENT)
                        : null,
                value(RETRY_FOR, "60s", Values::positiveDuration, "a duration such as 30s or 5m"),
                value(SPLIT_BYTES, "64MiB", Values::positiveSize, "a size such as 64MiB"),
                value(SPLIT_BLOBS, "10000", Values::positiveNumber, "a whole number, 1 or more"),
                value(
                        MODE,
                        "FAILFAST",
                        OptionParser::mode,
                        "FAILFAST, which fails the query when a blob cannot be read"
                                + " whole, and PERMISSIVE, which makes a row of each such blob"));
    }

    private String store() {
        String store = options.getOrDefault(PATH, "");
        if (store.isBlank()) {
            throw new IllegalArgumentException(
                    "the format persistor needs the address of an archive, such as" + " load(\"gs://bucket/prefix\")");
        }
        return store;
    }

    private Bounds bounds() {
        Bounds bounds = Bounds.NONE;
        if (options.containsKey(FROM)) {
            bounds = bounds.and(Bounds.from(time(FROM)));
        }
        if (options.containsKey(UNTIL)) {
            Instant end = time(UNTIL);
            if (end.isBefore(bounds.from())) {
                throw new IllegalArgumentException(
                        "the range ends at " + end + ", before its start at " + bounds.from());
            }
            bounds = bounds.and(Bounds.before(end));
        }
        if (options.containsKey(SOURCE)) {
            bounds = bounds.and(Bounds.sources(Set.copyOf(list(SOURCE))));
        }
        return options.containsKey(ID) ? bounds.and(Bounds.ids(Set.copyOf(list(ID)))) : bounds;
    }

    private Instant time(String name) {
        return value(
                name,
                "",
                text -> TimeText.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException("not a time"))
                        .at(now),
                TimeText.ALLOWED);
    }

    private static boolean isTrue(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("not a boolean");
        };
    }

    private static DamageMode mode(String text) {
        return DamageMode.valueOf(text.strip().toUpperCase(Locale.ROOT));
    }

    private static TableOptions.Attribute attribute(String text) {
        int sign = text.indexOf('=');
        if (sign < 1) {
            throw wrong(ATTRIBUTE, text, "NAME=VALUE");
        }
        return new TableOptions.Attribute(text.substring(0, sign), text.substring(sign + 1));
    }

    private <T> T value(String name, String otherwise, Function<String, T> parser, String allowed) {
        String text = options.getOrDefault(name, otherwise);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw wrong(name, text, allowed);
        }
    }

    private static IllegalArgumentException wrong(String name, String text, String allowed) {
        return new IllegalArgumentException("option '" + name + "': '" + text + "' is not valid; use " + allowed);
    }

    /** Returns a text that can be parsed. */
    private static String checked(String name, String text, Function<String, ?> parser) {
        try {
            Object unused = parser.apply(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("option '" + name + "': '" + text + "': " + e.getMessage(), e);
        }
    }

    /** Returns the values of an option: one as it stands, or several as a JSON array of texts. */
    private List<String> list(String name) {
        String text = options.getOrDefault(name, "");
        if (text.isEmpty()) {
            return List.of();
        }
        return text.startsWith("[") ? jsonArray(name, text) : List.of(text);
    }

    private static List<String> jsonArray(String name, String text) {
        List<String> values = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(text)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                values.add(json.getText());
            }
            if (json.currentToken() == JsonToken.END_ARRAY && json.nextToken() == null && !values.isEmpty()) {
                return values;
            }
        } catch (IOException e) {
            // Its text says no more.
        }
        throw wrong(
                name,
                text,
                "one value, or a JSON array of texts such as [\"a\", \"b\"]; a value that begins with [ must"
                        + " be in an array too");
    }
}
