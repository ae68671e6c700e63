package dev.persistor.core.format.jsonl;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.message.Message;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes envelopes, one a line. Not thread-safe. */
final class JsonLinesEncoder implements MessageEncoder {

    private final JsonGenerator json;
    private final EnvelopeWriter envelopes;

    JsonLinesEncoder(OutputStream out, Compression compression) throws IOException {
        this.json = Envelope.JSON.createGenerator(compression.compress(new KeptOpen(out)));
        this.envelopes = new EnvelopeWriter(json);
    }

    @Override
    public void write(Message message) throws IOException {
        envelopes.write(message);
        json.writeRaw('\n');
    }

    @Override
    public void close() throws IOException {
        json.close();
    }

    /** Ends with what is written to it, and leaves the stream behind it open. */
    private static final class KeptOpen extends FilterOutputStream {

        KeptOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
