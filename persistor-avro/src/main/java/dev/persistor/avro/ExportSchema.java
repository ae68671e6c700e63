package dev.persistor.avro;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * The schema that Pub/Sub's export to Cloud Storage writes with metadata on, and how a message's parts become its fields
 * and come back. {@link ExportWriter}, {@link ExportRecords} and {@link ReservedEntry} go by the same rules, which are
 * all here.
 */
final class ExportSchema {

    static final String NAMESPACE = "com.google.pubsub";
    static final String WITH_METADATA = NAMESPACE + ".PubsubMessageWithMetadata";
    static final String WITHOUT_METADATA = NAMESPACE + ".PubsubMessage";

    static final String SUBSCRIPTION_NAME = "subscription_name";
    static final String MESSAGE_ID = "message_id";
    static final String PUBLISH_TIME = "publish_time";
    static final String ATTRIBUTES = "attributes";
    static final String DATA = "data";

    /** The attribute in which the export stores the ordering key. */
    static final String ORDERING_KEY = "ordering_key";

    private static final Set<String> RESERVED = Set.of(ORDERING_KEY, ReservedEntry.NAME);
    private static final long MICROS = 1_000_000;
    private static final int NANOS = 1_000;

    private ExportSchema() {}

    /** Kept apart, so that reading alone does not parse it. */
    private static final class Parsed {
        static final Schema SCHEMA = new Schema.Parser().parse("""
                {"type": "record", "namespace": "com.google.pubsub", "name": "PubsubMessageWithMetadata", "fields": [
                    {"name": "subscription_name", "type": "string"},
                    {"name": "message_id", "type": "string"},
                    {"name": "publish_time", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                    {"name": "attributes", "type": {"type": "map", "values": "string"}},
                    {"name": "data", "type": "bytes"}]}
                """);
    }

    static Schema schema() {
        return Parsed.SCHEMA;
    }

    /** Returns a time in microseconds since 1970, the next earlier one; the nearest that there is for times out of range. */
    static long micros(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), MICROS), (long) time.getNano() / NANOS);
        } catch (ArithmeticException e) {
            return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static Instant time(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * NANOS);
    }

    /** Tells whether a name among the attributes stands for something else. */
    static boolean isReserved(String attribute) {
        return RESERVED.contains(attribute);
    }

    /** Tells whether attributes are just what reading a map of texts gives: see {@link Attributes#ofUnordered}. */
    static boolean isMap(Attributes attributes) {
        String before = null;
        for (Attributes.Entry entry : attributes.entries()) {
            String name = entry.name();
            boolean kept = entry.value().type() == AttributeValue.Type.STRING
                    && isText(name)
                    && isText(entry.value().text())
                    && !isReserved(name)
                    && (before == null || before.compareTo(name) < 0);
            if (!kept) {
                return false;
            }
            before = name;
        }
        return true;
    }

    /** Returns what becomes of a text that is written in UTF-8, which has no bytes for lone surrogates, and read back. */
    static String readBack(String text) {
        return isText(text) ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** Tells whether UTF-8 can hold the text. */
    static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
