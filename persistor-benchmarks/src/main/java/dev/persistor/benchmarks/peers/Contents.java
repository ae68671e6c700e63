package dev.persistor.benchmarks.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/** How the payloads are found in an object. */
@FunctionalInterface
interface Contents {

    /** Hands over all payloads of an object. */
    void read(byte[] object, Consumer<byte[]> payloads) throws IOException;

    /** The object is one payload. */
    static Contents whole() {
        return (object, payloads) -> payloads.accept(object);
    }

    /** Each line is a payload. */
    static Contents lines() {
        return (object, payloads) ->
                new String(object, StandardCharsets.UTF_8).lines().forEach(line -> payloads.accept(bytes(line)));
    }

    /** Each line is an object of JSON, and a field of it a payload. */
    static Contents fields(String field) {
        JsonFactory json = new JsonFactory();
        return (object, payloads) -> {
            try (JsonParser parser = json.createParser(object)) {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    // Only the outermost fields: those of the line itself.
                    if (token == JsonToken.VALUE_STRING
                            && parser.getParsingContext().getParent().inRoot()
                            && field.equals(parser.currentName())) {
                        payloads.accept(bytes(parser.getText()));
                    }
                }
            }
        };
    }

    /** A container of Avro, and a field of each of its records, of the type bytes, is a payload. */
    static Contents records(String field) {
        return (object, payloads) -> {
            try (DataFileStream<GenericRecord> records =
                    new DataFileStream<>(new ByteArrayInputStream(object), new GenericDatumReader<>())) {
                for (GenericRecord each : records) {
                    ByteBuffer payload = (ByteBuffer) each.get(field);
                    byte[] bytes = new byte[payload.remaining()];
                    payload.get(bytes);
                    payloads.accept(bytes);
                }
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
