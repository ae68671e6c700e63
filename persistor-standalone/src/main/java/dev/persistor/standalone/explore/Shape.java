package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.message.Message;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/shape}: which fields the JSON payloads of a query have, of which types, in how many messages, and since when.
 *
 * <p>Not thread-safe.
 */
final class Shape implements Scan.Work {

    private static final JsonFactory JSON = JsonFactory.builder()
            // Names come from senders, and there is no bound to how many differ.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(200).build())
            .build();

    private static final int MOST_FIELDS = 2_000;
    private static final int MOST_EXAMPLES = 3;
    private static final int MOST_EXAMPLE = 80;
    private static final int MOST_PATH = 300;

    private enum Type {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL
    }

    private static final class Field {
        private final Map<Type, Long> types = new EnumMap<>(Type.class);
        private final Set<String> examples = new LinkedHashSet<>();
        private long messages;
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;
    }

    private final Archive archive;
    private final Query query;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private long messages;
    private long json;
    private long fieldsLeftOut;

    Shape(Archive archive, Query query) {
        this.archive = archive;
        this.query = query;
    }

    @Override
    public Scan.End run(Scan scan) throws IOException, InterruptedException {
        try (MessageScan all = new MessageScan(archive, query, scan)) {
            Scan.End end = all.visit(message -> add(message, scan));
            scan.send(this::write);
            Rows.sendFindings(scan, all.findings());
            return end;
        }
    }

    private boolean add(ArchivedMessage archived, Scan scan) throws IOException, InterruptedException {
        messages++;
        add(archived.message());
        scan.show(this::write);
        return messages < Query.MOST_ROWS;
    }

    private void add(Message message) {
        Payload payload = Payload.decompressed(message).orElse(new Payload(message.payload(), true));
        Map<String, Set<Type>> seen = new LinkedHashMap<>();
        Map<String, String> examples = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(payload.copy())) {
            JsonToken token = parser.nextToken();
            if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
                return;
            }
            collect(parser, seen, examples);
        } catch (IOException e) {
            // Not JSON, or not to its end: it is counted as a message without.
            return;
        }
        json++;
        seen.forEach((path, types) -> add(path, types, examples.get(path), message.publishTime()));
    }

    /** Goes through one document. The path of an element of an array is that of the array with {@code []} behind it. */
    private static void collect(JsonParser parser, Map<String, Set<Type>> seen, Map<String, String> examples)
            throws IOException {
        Deque<String> parents = new ArrayDeque<>();
        String path = "";
        do {
            JsonToken token = parser.currentToken();
            switch (token) {
                case FIELD_NAME -> path = child(parents.getLast(), parser.currentName());
                case START_OBJECT, START_ARRAY -> {
                    note(path, token == JsonToken.START_OBJECT ? Type.OBJECT : Type.ARRAY, seen);
                    parents.addLast(token == JsonToken.START_ARRAY ? path + "[]" : path);
                    path = parents.getLast();
                }
                case END_OBJECT, END_ARRAY -> {
                    parents.removeLast();
                    path = parents.isEmpty() ? "" : parents.getLast();
                }
                default -> {
                    note(path, type(token), seen);
                    examples.putIfAbsent(path, parser.getText());
                }
            }
        } while (parser.nextToken() != null && seen.size() <= MOST_FIELDS);
    }

    private static String child(String parent, String name) {
        boolean isPlain = !name.isEmpty() && name.indexOf('.') < 0 && name.indexOf('[') < 0;
        String step = isPlain ? name : "[\"" + name + "\"]";
        String path = parent.isEmpty() ? step : parent + (isPlain ? "." : "") + step;
        return Text.shortened(path, MOST_PATH);
    }

    private static void note(String path, Type type, Map<String, Set<Type>> seen) {
        seen.computeIfAbsent(path, unused -> new HashSet<>()).add(type);
    }

    private static Type type(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> Type.STRING;
            case VALUE_TRUE, VALUE_FALSE -> Type.BOOLEAN;
            case VALUE_NULL -> Type.NULL;
            default -> Type.NUMBER;
        };
    }

    private void add(String path, Set<Type> types, @Nullable String example, Instant time) {
        if (!fields.containsKey(path) && fields.size() >= MOST_FIELDS) {
            fieldsLeftOut++;
            return;
        }
        Field field = fields.computeIfAbsent(path, unused -> new Field());
        field.messages++;
        types.forEach(type -> field.types.merge(type, 1L, Long::sum));
        field.first = time.isBefore(field.first) ? time : field.first;
        field.last = time.isAfter(field.last) ? time : field.last;
        if (example != null && field.examples.size() < MOST_EXAMPLES) {
            field.examples.add(Text.shortened(example, MOST_EXAMPLE));
        }
    }

    private void write(JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("shape");
        out.writeNumberField("messages", messages);
        out.writeNumberField("json", json);
        out.writeNumberField("fieldsLeftOut", fieldsLeftOut);
        out.writeArrayFieldStart("fields");
        for (Map.Entry<String, Field> field : fields.entrySet()) {
            write(out, field.getKey(), field.getValue());
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String path, Field field) throws IOException {
        out.writeStartObject();
        out.writeStringField("path", path);
        out.writeNumberField("messages", field.messages);
        out.writeStringField("first", field.first.toString());
        out.writeStringField("last", field.last.toString());
        out.writeObjectFieldStart("types");
        for (Map.Entry<Type, Long> type : field.types.entrySet()) {
            out.writeNumberField(type.getKey().name().toLowerCase(Locale.ROOT), type.getValue());
        }
        out.writeEndObject();
        out.writeArrayFieldStart("examples");
        for (String example : field.examples) {
            out.writeString(example);
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
