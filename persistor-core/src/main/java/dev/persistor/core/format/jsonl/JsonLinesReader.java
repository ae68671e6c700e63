package dev.persistor.core.format.jsonl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.LookAheadReader;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimitException;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.format.TooManyAttributesException;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads envelopes line by line. What is no whole envelope is passed over to the end of its line, and reported after the
 * last message.
 *
 * <p>Not thread-safe.
 */
final class JsonLinesReader extends LookAheadReader {

    /** The first damage: where it is, and what. */
    private record Damage(
            long line,
            long lineStart,
            String what,
            @Nullable Throwable cause) {}

    private static final long BYTES_OF_A_PARSER = ReadContext.LARGE;

    private final BlobInfo blob;
    private final LineInput lines;
    private final Blanks afterMessage = new Blanks();
    private final ReadLimits limits;
    private final EnvelopeScanner scanner;
    private final EnvelopeReader envelopes;
    private @Nullable JsonParser json;
    private long parserMade;
    private @Nullable Damage damage;
    private long damaged;
    private long whole;

    JsonLinesReader(InputStream in, BlobInfo blob, ReadContext context) {
        this.blob = blob;
        this.limits = context.limits();
        this.lines = new LineInput(() -> Compression.decompress(new KeptOpen(in), context), context);
        int mostAttributes = limits.count(ReadLimit.ATTRIBUTES);
        this.scanner = new EnvelopeScanner(mostAttributes, context.needsPayloads());
        this.envelopes = EnvelopeReader.ofArchive(mostAttributes, context.needsPayloads());
    }

    @Override
    protected @Nullable Message readNext() {
        while (lines.nextLine()) {
            Message scanned = lines.scan(scanner);
            Message message = scanned != null || lines.isRead() ? scanned : parseLine();
            if (message != null && isSmallEnough(message)) {
                whole++;
                return message;
            }
        }
        verify();
        return null;
    }

    private boolean isSmallEnough(Message message) {
        try {
            limits.check(ReadLimit.PAYLOAD, message.payloadSize());
            return true;
        } catch (ReadLimitException e) {
            note(e);
            return false;
        }
    }

    /** Returns the line's message, or null if the line is blank or damaged. */
    private @Nullable Message parseLine() {
        try {
            JsonParser parser = parser();
            boolean blank = parser.nextToken() == null;
            Message message = blank ? null : envelopes.read(parser);
            verifyEndOfLine(parser);
            json = blank ? null : parser;
            return message;
        } catch (TooManyAttributesException e) {
            json = null;
            note(limits.exceeded(ReadLimit.ATTRIBUTES));
            return null;
        } catch (IOException e) {
            json = null;
            Exception failure = lines.failure();
            note(failure == null ? e : failure);
            return null;
        }
    }

    /**
     * One parser reads line after line, as long as it is at the end of one: a new one costs as much as a small line. It keeps the
     * names of the attributes that it read, so it does not read all lines.
     */
    private JsonParser parser() throws IOException {
        if (json == null || lines.lineStart() - parserMade > BYTES_OF_A_PARSER) {
            json = Envelope.newFactory().createParser(lines);
            parserMade = lines.lineStart();
        }
        return json;
    }

    private void verifyEndOfLine(JsonParser parser) throws IOException {
        afterMessage.onlyBlanks = true;
        parser.releaseBuffered(afterMessage);
        if (!lines.restIsBlank() || !afterMessage.onlyBlanks) {
            note(new IOException("there is text after the message"));
        }
    }

    private void verify() {
        Exception failure = lines.failure();
        Optional<Integer> expected = Manifest.of(blob.metadata()).map(Manifest::count);
        if (failure != null) {
            note(failure);
        } else if (damage == null && (whole == 0 || (expected.isPresent() && expected.get() != whole))) {
            note(new IOException("the content is truncated"));
        }
        if (damage != null) {
            throw new FormatException(describe(damage, expected), damage.cause);
        }
    }

    private String describe(Damage first, Optional<Integer> expected) {
        return blob.name() + " is damaged. Whole messages: " + whole
                + expected.map(count -> ", expected by its metadata: " + count).orElse("")
                + (damaged > 1 ? ". Damaged places: " + damaged : "") + ". First damage: line " + first.line
                + ", at byte " + first.lineStart + " of the uncompressed content: " + first.what;
    }

    private void note(Exception e) {
        damaged++;
        if (damage != null) {
            return;
        }
        // The parser's texts quote the content, which is the sender's.
        boolean quotes = e instanceof JsonProcessingException;
        String what = quotes ? "not a complete JSON message" : String.valueOf(e.getMessage());
        damage = new Damage(lines.line(), lines.lineStart(), what, quotes ? null : e);
    }

    @Override
    public void close() {
        super.close();
        try {
            if (json != null) {
                json.close();
            }
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing what reads " + blob.name() + " failed", e);
        }
    }

    /** Tells whether all that is written to it is blank. */
    private static final class Blanks extends OutputStream {

        private boolean onlyBlanks;

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            onlyBlanks &= LineInput.areBlank(bytes, offset, offset + length);
        }
    }

    /** Leaves the stream behind it to its owner. */
    private static final class KeptOpen extends FilterInputStream {

        KeptOpen(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }
}
