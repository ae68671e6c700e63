package dev.persistor.core.format.foreign;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
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
import org.jspecify.annotations.Nullable;

/** Reads JSON records one after another, whatever is blank between them, or nothing. Not thread-safe. */
final class RecordsReader extends StoredReader {

    /** Python, which wrote the records, writes NaN and infinities. The limits are against strangers; see the core's own. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final String DATA = "DATA";
    private static final String METADATA = "METADATA";

    private final String source;
    private final Instant time;
    private final InputStream content;
    private final KeptBytes kept;
    private @Nullable JsonParser json;
    private long recordNumber;
    private long recordStart;

    RecordsReader(InputStream in, BlobInfo blob, String source, Instant time) {
        super(in, blob);
        this.content = decompressed();
        this.kept = new KeptBytes(content);
        this.source = source;
        this.time = time;
    }

    @Override
    @Nullable
    Message advance(long index) throws IOException {
        JsonParser parser = parser();
        recordNumber = index + 1;
        recordStart = parser.currentLocation().getByteOffset();
        JsonToken token = parser.nextToken();
        if (token == null) {
            return null;
        }
        recordStart = parser.currentTokenLocation().getByteOffset();
        require(recordStart >= 0 && token == JsonToken.START_OBJECT, "what begins there is no record in UTF-8");
        kept.forgetBefore(recordStart);
        return message(parser, index);
    }

    /** The parser reads as soon as it is made. */
    private JsonParser parser() throws IOException {
        JsonParser parser = json;
        if (parser == null) {
            parser = JSON.createParser(kept);
            json = parser;
        }
        return parser;
    }

    private Message message(JsonParser parser, long index) throws IOException {
        ByteBuffer data = null;
        Attributes metadata = Attributes.empty();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case DATA -> data = data(parser);
                case METADATA -> metadata = metadata(parser);
                default -> throw new IOException("the record has a field that is not known here");
            }
        }
        if (data == null) {
            throw new IOException("the record has no " + DATA);
        }
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
            throw new IOException("the record's " + DATA + " has half a surrogate pair", e);
        }
    }

    private byte[] asItStands(JsonParser parser) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return parser.getText().getBytes(StandardCharsets.UTF_8);
        }
        long start = parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return kept.between(start, parser.currentLocation().getByteOffset());
    }

    private Attributes metadata(JsonParser parser) throws IOException {
        Attributes.Builder attributes = Attributes.builder();
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return attributes.build();
        }
        require(parser.currentToken() == JsonToken.START_OBJECT, "the record's " + METADATA + " are no object");
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
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

    private static void require(boolean expected, String otherwise) throws IOException {
        if (!expected) {
            throw new IOException(otherwise);
        }
    }

    @Override
    String place() {
        return "record " + recordNumber + ", at byte " + recordStart;
    }

    @Override
    public void close() {
        super.close();
        if (json != null) {
            close(json);
        }
        close(content);
    }
}
