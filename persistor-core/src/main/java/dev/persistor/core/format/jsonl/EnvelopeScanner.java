package dev.persistor.core.format.jsonl;

import dev.persistor.core.format.Instants;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines as {@link EnvelopeWriter} writes them straight from their bytes: fields in its order, texts as they are, nothing
 * in between. That is several times as fast as a parser, and nearly every line of an archive is such a line. All others are
 * left to {@link EnvelopeReader}, which reads any JSON and tells what is wrong with what is none.
 *
 * <p>Not thread-safe.
 */
final class EnvelopeScanner {

    private static final byte[] ID = ascii("{\"" + Envelope.ID + "\":\"");
    private static final byte[] PUBLISH_TIME = text(Envelope.PUBLISH_TIME);
    private static final byte[] SOURCE = text(Envelope.SOURCE);
    private static final byte[] ORDERING_KEY = text(Envelope.ORDERING_KEY);
    private static final byte[] LOG = text(Envelope.LOG);
    private static final byte[] PARTITION = text(Envelope.PARTITION);
    private static final byte[] OFFSET = field(Envelope.OFFSET, "");
    private static final byte[] ATTRIBUTES = field(Envelope.ATTRIBUTES, "{\"");
    private static final byte[] BROKER_PROPERTIES = field(Envelope.BROKER_PROPERTIES, "{\"");
    private static final byte[] DATA = text(Envelope.DATA);
    private static final byte[] DATA_BASE64 = text(Envelope.DATA_BASE64);
    private static final byte[] VALUE = ascii(":\"");
    private static final byte[] NEXT_NAME = ascii(",\"");
    private static final byte[] END = ascii("}");
    private static final byte[] NO_BYTES = {};

    /** A number with no more digits than this fits into a long. */
    private static final int MOST_DIGITS = 18;

    private static final int BASE64_GROUP = 4;

    private final JsonText unescaped = new JsonText();

    private final int mostAttributes;
    private final boolean needsPayloads;
    private byte[] line = NO_BYTES;
    private int at;
    private int end;
    private boolean asWritten;

    /**
     * Begins to read lines.
     *
     * @param mostAttributes lines with more attributes are left unread
     * @param needsPayloads whether messages get their payloads; if not, payloads are passed over
     */
    EnvelopeScanner(int mostAttributes, boolean needsPayloads) {
        this.mostAttributes = mostAttributes;
        this.needsPayloads = needsPayloads;
    }

    private static byte[] text(String name) {
        return field(name, "\"");
    }

    private static byte[] field(String name, String valueBegins) {
        return ascii(",\"" + name + "\":" + valueBegins);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a line.
     *
     * @param to where it ends, without its newline
     * @return its message, or null if the line is not as the writer would have written it
     */
    @Nullable
    Message read(byte[] bytes, int from, int to) {
        line = bytes;
        at = from;
        end = to;
        asWritten = true;
        try {
            return readMessage();
        } catch (IllegalArgumentException | DateTimeException e) {
            // No id, no time, no Base64: what it is, and where, the parser tells.
            return null;
        }
    }

    /** From the first thing on that is otherwise, all that is read is of no use, and ignored. */
    private @Nullable Message readMessage() {
        Message.Builder message = Message.builder();
        expect(ID);
        message.id(readText());
        expect(PUBLISH_TIME);
        message.publishTime(readInstant());
        expect(SOURCE);
        message.source(readText());
        if (skip(ORDERING_KEY)) {
            message.orderingKey(readText());
        }
        if (skip(LOG)) {
            String log = readText();
            expect(PARTITION);
            message.position(readPosition(log));
        } else if (skip(PARTITION)) {
            message.position(readPosition(""));
        }
        if (skip(ATTRIBUTES)) {
            message.attributes(readAttributes());
        }
        if (skip(BROKER_PROPERTIES)) {
            message.brokerProperties(readAttributes());
        }
        message.payload(readPayload());
        expect(END);
        return asWritten && at == end ? message.build() : null;
    }

    private Position readPosition(String log) {
        String partition = readText();
        expect(OFFSET);
        return new Position(log, partition, readNumber());
    }

    private Attributes readAttributes() {
        Attributes.Builder attributes = Attributes.builder();
        int count = 0;
        do {
            String name = readText();
            expect(VALUE);
            attributes.add(name, readText());
            asWritten &= ++count <= mostAttributes;
        } while (asWritten && skip(NEXT_NAME));
        expect(END);
        return attributes.build();
    }

    /** Reads up to the closing quote, and passes over it. */
    private String readText() {
        int close = ByteScan.indexOfSpecialOrBeyondAscii(line, at, end);
        if (close < end && line[close] == '"') {
            String text = new String(line, at, close - at, StandardCharsets.ISO_8859_1);
            at = close + 1;
            return text;
        }
        return unescape() ? new String(unescaped.bytes(), 0, unescaped.size(), StandardCharsets.UTF_8) : "";
    }

    private byte[] readPayload() {
        boolean isText = skip(DATA);
        if (!isText) {
            expect(DATA_BASE64);
        }
        if (!needsPayloads) {
            passOverText();
            return NO_BYTES;
        }
        return isText ? readUtf8() : readBase64();
    }

    private void passOverText() {
        passOver(asWritten ? JsonText.closingQuote(line, at, end) : JsonText.NONE);
    }

    private byte[] readUtf8() {
        return unescape() ? Arrays.copyOf(unescaped.bytes(), unescaped.size()) : NO_BYTES;
    }

    private boolean unescape() {
        passOver(asWritten ? unescaped.unescape(line, at, end) : JsonText.NONE);
        return asWritten;
    }

    /** Goes behind a text's closing quote, if it has one. */
    private void passOver(int closingQuote) {
        asWritten = closingQuote != JsonText.NONE;
        at = asWritten ? closingQuote + 1 : at;
    }

    private byte[] readBase64() {
        if (!asWritten) {
            return NO_BYTES;
        }
        int length = plainLength();
        // The decoder would take less for whole than the parser does.
        asWritten &= length % BASE64_GROUP == 0;
        ByteBuffer decoded = Base64.getDecoder().decode(ByteBuffer.wrap(line, at, length));
        at += length + 1;
        return Arrays.copyOf(decoded.array(), decoded.remaining());
    }

    private Instant readInstant() {
        if (!asWritten) {
            return Instant.EPOCH;
        }
        int length = plainLength();
        Instant instant = Instants.parse(line, at, length);
        at += length + 1;
        return instant;
    }

    /** Returns the length of the text that begins here, if nothing in it is escaped. */
    private int plainLength() {
        int close = ByteScan.indexOfSpecialOrBeyondAscii(line, at, end);
        asWritten &= close < end && line[close] == '"';
        return close - at;
    }

    private long readNumber() {
        int from = at;
        long number = 0;
        while (at < end && line[at] >= '0' && line[at] <= '9') {
            number = number * 10 + line[at] - '0';
            at++;
        }
        int digits = at - from;
        boolean padded = digits > 1 && line[from] == '0';
        asWritten &= digits > 0 && digits <= MOST_DIGITS && !padded;
        return number;
    }

    private void expect(byte[] expected) {
        asWritten &= skip(expected);
    }

    private boolean skip(byte[] expected) {
        int behind = at + expected.length;
        boolean found = behind <= end && Arrays.equals(line, at, behind, expected, 0, expected.length);
        at = found ? behind : at;
        return found;
    }
}
