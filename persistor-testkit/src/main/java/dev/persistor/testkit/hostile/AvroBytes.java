package dev.persistor.testkit.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes Avro container files byte by byte, also such as no library would write. Not thread-safe. */
final class AvroBytes {

    static final String EXPORT = """
            {"type":"record","namespace":"com.google.pubsub","name":"PubsubMessageWithMetadata","fields":[
            {"name":"subscription_name","type":"string"},{"name":"message_id","type":"string"},
            {"name":"publish_time","type":"long"},{"name":"attributes","type":{"type":"map","values":"string"}},
            {"name":"data","type":"bytes"}]}""";

    static final String PAYLOADS = """
            {"type":"record","namespace":"com.google.pubsub","name":"PubsubMessage",
            "fields":[{"name":"data","type":"bytes"}]}""";

    private static final byte[] MARKER = "sixteen bytes...".getBytes(StandardCharsets.US_ASCII);
    private static final long MICROS = 1_769_825_400_000_000L;

    private final OutputStream out;

    AvroBytes(OutputStream out) {
        this.out = out;
    }

    AvroBytes header(String schema, String codec) throws IOException {
        return magic().number(2)
                .text("avro.schema")
                .text(schema)
                .text("avro.codec")
                .text(codec)
                .endOfHeader();
    }

    AvroBytes magic() throws IOException {
        out.write(new byte[] {'O', 'b', 'j', 1});
        return this;
    }

    AvroBytes endOfHeader() throws IOException {
        number(0);
        return marker();
    }

    AvroBytes marker() throws IOException {
        out.write(MARKER);
        return this;
    }

    /** Writes a number in zigzag encoding. */
    AvroBytes number(long value) throws IOException {
        long left = (value << 1) ^ (value >> 63);
        while ((left & ~0x7FL) != 0) {
            out.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
        return this;
    }

    AvroBytes text(String text) throws IOException {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    AvroBytes bytes(byte[] bytes) throws IOException {
        number(bytes.length);
        out.write(bytes);
        return this;
    }

    /** Writes so many equal bytes, with their number in front. */
    AvroBytes repeated(char c, long count) throws IOException {
        number(count);
        Repeated.write(c, count, out);
        return this;
    }

    /** Writes a record up to its attributes. */
    AvroBytes recordUpToAttributes(String id) throws IOException {
        return text("orders").text(id).number(MICROS);
    }

    AvroBytes goodRecord(String id) throws IOException {
        return recordUpToAttributes(id).number(0).text("good");
    }

    /** Writes a block. */
    AvroBytes block(long count, HostileBlob.Content content) throws IOException {
        return block(count, bytesOf(content));
    }

    /** Writes a block whose content is compressed by deflate. */
    AvroBytes deflated(long count, HostileBlob.Content content) throws IOException {
        return block(count, bytesOf(stored -> {
            Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
            try (DeflaterOutputStream compressed = new DeflaterOutputStream(stored, deflater, 1 << 16)) {
                content.writeTo(compressed);
            } finally {
                deflater.end();
            }
        }));
    }

    private AvroBytes block(long count, byte[] content) throws IOException {
        return number(count).bytes(content).marker();
    }

    private static byte[] bytesOf(HostileBlob.Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        content.writeTo(bytes);
        return bytes.toByteArray();
    }
}
