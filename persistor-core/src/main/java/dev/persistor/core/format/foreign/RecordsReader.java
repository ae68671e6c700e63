package dev.persistor.core.format.foreign;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.persistor.core.format.InvalidRecordException;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimitException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads JSON records one after another, whatever is blank between them, or nothing. Not thread-safe. */
final class RecordsReader extends StoredReader {

    private static final String DATA = "DATA";
    private static final String METADATA = "METADATA";

    /** Each level takes some 50 bytes of memory while it is read. */
    private static final int DEEPEST = 100_000;

    /** Python, which wrote the records, writes NaN and infinities. No record is longer than its limit, so nothing in it is. */
    private static JsonFactory newFactory() {
        return JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxNestingDepth(DEEPEST)
                        .build())
                .build();
    }

    private final String source;
    private final Instant time;
    private final InputStream content;
    private final JsonRecords records;
    private final int mostAttributes;
    private JsonFactory json = newFactory();
    private long bytesOfFactory;
    private byte[] bytes = new byte[0];
    private long recordNumber;

    RecordsReader(InputStream in, BlobInfo blob, ReadContext context, String source, Instant time) {
        super(in, blob, context);
        this.content = decompressed();
        this.records = new JsonRecords(content, context);
        this.mostAttributes = context.limits().count(ReadLimit.ATTRIBUTES);
        this.source = source;
        this.time = time;
    }

    @Override
    @Nullable
    Message advance(long index) throws IOException {
        recordNumber = index + 1;
        byte[] next = records.next();
        if (next == null) {
            return null;
        }
        bytes = next;
        try (JsonParser parser = parser()) {
            parser.nextToken();
            return message(parser, index);
        } catch (JsonProcessingException e) {
            // Without the parser's text, which quotes the content.
            throw new InvalidRecordException("not a complete JSON record", null);
        } catch (ReadLimitException | IllegalArgumentException e) {
            throw new InvalidRecordException(String.valueOf(e.getMessage()), null);
        }
    }

    /** A factory keeps the names that it read, so it does not read all records. */
    private JsonParser parser() throws IOException {
        bytesOfFactory += bytes.length;
        if (bytesOfFactory > ReadContext.LARGE) {
            json = newFactory();
            bytesOfFactory = bytes.length;
        }
        return json.createParser(bytes);
    }

    private Message message(JsonParser parser, long index) throws IOException {
        ByteBuffer data = null;
        Attributes metadata = Attributes.empty();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case DATA -> data = data(parser);
                case METADATA -> metadata = metadata(parser);
                default -> throw new InvalidRecordException("the record has an unknown field", null);
            }
        }
        if (data == null) {
            throw new InvalidRecordException("the record has no " + DATA, null);
        }
        context().limits().check(ReadLimit.PAYLOAD, data.remaining());
        return Message.builder()
                .id(blob() + "#" + index)
                .source(source)
                .publishTime(time)
                .payload(data)
                .attributes(metadata)
                .build();
    }

    private ByteBuffer data(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING
                ? utf8(parser.getText())
                : ByteBuffer.wrap(asItStands(parser));
    }

    /** Not in the way of String, which puts a question mark where UTF-8 has no bytes. */
    private static ByteBuffer utf8(String text) throws IOException {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new InvalidRecordException("the record's " + DATA + " has a lone surrogate", e);
        }
    }

    private byte[] asItStands(JsonParser parser) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return parser.getText().getBytes(StandardCharsets.UTF_8);
        }
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return Arrays.copyOfRange(bytes, start, (int) parser.currentLocation().getByteOffset());
    }

    private Attributes metadata(JsonParser parser) throws IOException {
        Attributes.Builder attributes = Attributes.builder();
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return attributes.build();
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new InvalidRecordException("the record's " + METADATA + " is not an object", null);
        }
        int count = 0;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            if (++count > mostAttributes) {
                throw context().limits().exceeded(ReadLimit.ATTRIBUTES);
            }
            attributes.add(name, value(parser));
        }
        return attributes.build();
    }

    private AttributeValue value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> AttributeValue.of(parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> AttributeValue.of(parser.getBooleanValue());
            case VALUE_NULL -> AttributeValue.ofNull();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> AttributeValue.ofJsonNumber(parser.getText());
            default -> AttributeValue.ofJson(new String(asItStands(parser), StandardCharsets.UTF_8));
        };
    }

    @Override
    String place() {
        return "record " + recordNumber + ", at byte " + records.start();
    }

    @Override
    public void close() {
        super.close();
        close(content);
    }
}
