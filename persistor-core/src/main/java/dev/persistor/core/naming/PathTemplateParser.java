package dev.persistor.core.naming;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a template once, from left to right. Not thread-safe. */
final class PathTemplateParser {

    private static final String FIELDS = "use one of {source} {id} {yyyy} {MM} {dd} {HH} {mm} {ss} {time:PATTERN}"
            + " {attr:NAME|fallback|only=a,b} {orderingKey|fallback|only=a,b} {partition|fallback} {offset|fallback}"
            + " {hash} {batch} {ext}";
    private static final String DEFAULT_FALLBACK = "none";

    /** A time's pattern that says no more than the parts of UTC do, such as {@code yyyy-MM-dd}. Few templates have one. */
    private static final class UtcPattern {
        static final Pattern WHOLE = Pattern.compile("(?:yyyy|MM|dd|HH|mm|ss)(?:[-_]?(?:yyyy|MM|dd|HH|mm|ss))*");
        static final Pattern PIECE = Pattern.compile("[-_]|yyyy|MM|dd|HH|mm|ss");
    }

    private final String text;
    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();

    PathTemplateParser(String text) {
        this.text = text;
    }

    PathTemplate parse() {
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            if (c == '{') {
                int end = text.indexOf('}', i);
                if (end < 0) {
                    throw new PathTemplateException(i + 1, "{ is never closed", "put } after the field's name");
                }
                endLiteral();
                readField(text.substring(i + 1, end), i + 1);
                i = end + 1;
            } else {
                requireLiteral(c, i + 1);
                literal.append(c);
                i++;
            }
        }
        endLiteral();
        requireSegments();
        requireIdentity();
        return new PathTemplate(text, parts);
    }

    private static void requireLiteral(char c, int column) {
        if (c == '}') {
            throw new PathTemplateException(column, "} without {", "put { before the field's name");
        }
        if (c <= ' ' || c > '~' || "\\%~|\"<>*?:#".indexOf(c) >= 0) {
            throw new PathTemplateException(
                    column,
                    "the character U+" + String.format(Locale.ROOT, "%04X", (int) c) + " outside a field",
                    "use ASCII letters, digits, / and - _ . = + , @ ! $ & ' ( ) ;");
        }
    }

    private void endLiteral() {
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    private void readField(String field, int column) {
        int bar = field.indexOf('|');
        String spec = bar < 0 ? field : field.substring(0, bar);
        FieldOptions options = FieldOptions.of(field, column + 1);
        String fallback = options.fallback();
        int colon = spec.indexOf(':');
        String name = colon < 0 ? spec : spec.substring(0, colon);
        String argument = colon < 0 ? null : spec.substring(colon + 1);
        requireShape(name, argument, fallback, column);
        requireListable(name, options, column);
        String missing = fallback == null ? DEFAULT_FALLBACK : fallback;
        UtcPart utc = UtcPart.named(name);
        if (utc != null) {
            parts.add(utc);
            return;
        }
        switch (name) {
            case "source" -> addValue(name, column, Message::source);
            case "id" -> addValue(new Part.Field(name, column, BatchIds::idWithLog, BatchIds::of, false));
            case "attr" ->
                addValue(
                        name,
                        column,
                        message -> message.attributes()
                                .text(argument == null ? "" : argument)
                                .orElse(missing),
                        options.encoder(missing));
            case "orderingKey" ->
                addValue(name, column, message -> message.orderingKey().orElse(missing), options.encoder(missing));
            case "partition" ->
                addValue(
                        name,
                        column,
                        message -> message.position().map(Position::partition).orElse(missing));
            case "offset" ->
                parts.add(Part.Field.of(
                        name,
                        column,
                        message -> message.position()
                                .map(Position::offset)
                                .map(BatchIds::padded)
                                .orElse(missing),
                        true));
            case "hash" ->
                parts.add(new Part.Field(name, column, PathTemplateParser::hash, PathTemplateParser::hash, true));
            case "batch" -> parts.add(new Part.Field(name, column, m -> BatchIds.of(List.of(m)), BatchIds::of, true));
            case "ext" -> parts.add(new Part.Extension());
            case "time" -> addTime(argument == null ? "" : argument, column);
            default -> throw new PathTemplateException(column, "unknown field {" + name + "}", FIELDS);
        }
    }

    private void addValue(String name, int column, Function<Message, String> value) {
        addValue(Part.Field.of(name, column, value, false));
    }

    private void addValue(String name, int column, Function<Message, String> value, ValueEncoder encoder) {
        addValue(Part.Field.of(name, column, value, false).encodedBy(encoder));
    }

    private void addValue(Part.Field field) {
        if (!parts.isEmpty() && parts.get(parts.size() - 1) instanceof Part.Field previous && !previous.trusted()) {
            throw new PathTemplateException(
                    field.column(),
                    "{" + field.name() + "} follows {" + previous.name() + "} with nothing between them, so that"
                            + " different messages could get the same name",
                    "put - or / between them");
        }
        parts.add(field);
    }

    private static void requireShape(String name, @Nullable String argument, @Nullable String fallback, int column) {
        boolean takesArgument = name.equals("attr") || name.equals("time");
        if (takesArgument && (argument == null || argument.isEmpty())) {
            throw new PathTemplateException(
                    column,
                    "{" + name + "} needs a name",
                    name.equals("attr") ? "write {attr:NAME}" : "write {time:PATTERN}, as in {time:yyyy-MM-dd}");
        }
        if (!takesArgument && argument != null) {
            throw new PathTemplateException(
                    column, "{" + name + "} has no option after a colon", "write {" + name + "}");
        }
        boolean takesFallback =
                Set.of("attr", "orderingKey", "partition", "offset").contains(name);
        if (fallback != null && !takesFallback) {
            throw new PathTemplateException(
                    column, "{" + name + "} always has a value, so it has no fallback", "write {" + name + "}");
        }
        if (fallback != null && fallback.isEmpty()) {
            throw new PathTemplateException(column, "the fallback is empty", "write {" + name + "|none}, or any word");
        }
    }

    private static void requireListable(String name, FieldOptions options, int column) {
        if (options.listed().isPresent() && !Set.of("attr", "orderingKey").contains(name)) {
            throw new PathTemplateException(
                    column, "{" + name + "} has no list of values", "only {attr:NAME} and {orderingKey} have one");
        }
    }

    /** A slash in a time's pattern parts folders, so each piece is a field of its own. */
    private void addTime(String argument, int column) {
        int at = argument.lastIndexOf('@');
        ZoneId zone = at < 0 ? ZoneOffset.UTC : zone(argument.substring(at + 1), column);
        String[] patterns = (at < 0 ? argument : argument.substring(0, at)).split("/", -1);
        for (int i = 0; i < patterns.length; i++) {
            if (i > 0) {
                parts.add(new Part.Literal("/"));
            }
            if (zone.equals(ZoneOffset.UTC)
                    && UtcPattern.WHOLE.matcher(patterns[i]).matches()) {
                addUtcParts(patterns[i]);
            } else {
                addValue("time", column, timeOf(patterns[i], zone, column));
            }
        }
    }

    private void addUtcParts(String pattern) {
        Matcher pieces = UtcPattern.PIECE.matcher(pattern);
        while (pieces.find()) {
            UtcPart unit = UtcPart.named(pieces.group());
            parts.add(unit == null ? new Part.Literal(pieces.group()) : unit);
        }
    }

    private static ZoneId zone(String name, int column) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw withCause(
                    new PathTemplateException(column, "unknown time zone \"" + name + "\"", "write @Europe/Zagreb"), e);
        }
    }

    private static Function<Message, String> timeOf(String pattern, ZoneId zone, int column) {
        try {
            if (pattern.isEmpty()) {
                throw new IllegalArgumentException("it is empty");
            }
            return time(pattern, zone);
        } catch (IllegalArgumentException e) {
            throw withCause(
                    new PathTemplateException(
                            column,
                            "\"" + pattern + "\" is not a valid time pattern: " + e.getMessage(),
                            "write letters such as yyyy-MM-dd, and other text in '...'"),
                    e);
        }
    }

    private static PathTemplateException withCause(PathTemplateException failure, Exception cause) {
        failure.initCause(cause);
        return failure;
    }

    private static Function<Message, String> time(String pattern, ZoneId zone) {
        DateTimeFormatter formatter =
                DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(zone);
        return message -> formatter.format(message.publishTime());
    }

    private static String hash(Message message) {
        String time = message.publishTime().toString();
        String log = message.position().map(Position::log).orElse("");
        return log.isEmpty()
                ? PathValues.digest(message.source(), message.id(), time)
                : PathValues.digest(message.source(), message.id(), time, log);
    }

    private static String hash(List<Message> messages) {
        return PathValues.digest(
                messages.stream().map(PathTemplateParser::hash).sorted().toArray(String[]::new));
    }

    private void requireSegments() {
        // Fields always give at least one character, so a letter can stand for each.
        StringBuilder made = new StringBuilder();
        for (Part part : parts) {
            made.append(part instanceof Part.Literal literal ? literal.text() : "x");
        }
        String shape = made.toString();
        if (shape.isEmpty()) {
            throw new PathTemplateException(1, "the template is empty", "write " + PathTemplate.DEFAULT_TEXT);
        }
        if (shape.startsWith(".") || shape.startsWith("_")) {
            throw new PathTemplateException(
                    1,
                    "names that begin with " + shape.charAt(0) + " are reserved for Persistor, such as _quarantine/",
                    "begin with a letter, a digit or a field");
        }
        for (String segment : shape.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new PathTemplateException(
                        Math.max(1, text.indexOf(segment.isEmpty() ? "//" : segment) + 1),
                        segment.isEmpty() ? "a folder or file without a name" : "the folder \"" + segment + "\"",
                        "begin and end without /, and put a name between two slashes");
            }
        }
    }

    private void requireIdentity() {
        Set<String> names = new HashSet<>();
        for (Part part : parts) {
            if (part instanceof Part.Field field) {
                names.add(field.name());
            }
        }
        boolean position = names.contains("partition") && names.contains("offset");
        if (!position && !names.contains("id") && !names.contains("hash") && !names.contains("batch")) {
            throw new PathTemplateException(
                    text.length() + 1,
                    "the template does not distinguish messages",
                    "add {id}, {hash}, {batch}, or both {partition} and {offset}");
        }
    }
}
