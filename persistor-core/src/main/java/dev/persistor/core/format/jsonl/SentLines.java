package dev.persistor.core.format.jsonl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.persistor.core.format.ReceivedLines;
import dev.persistor.core.format.ReceivedMessageException;
import dev.persistor.core.format.Shown;
import dev.persistor.core.format.TooManyAttributesException;
import dev.persistor.core.message.Message;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads messages from sent lines, each as {@link JsonLinesFormat} writes it. An archive is read as far as it can be
 * understood; what is sent is not, because its sender can still correct it. So the first line that is not a message ends the reading,
 * an unknown or repeated field is an error, and the number of attributes is limited before they are read. The source may be left out.
 *
 * <p>Not thread-safe.
 */
final class SentLines implements ReceivedLines {

    private final JsonFactory json = Envelope.newFactory();
    private final byte[] content;
    private final int end;
    private final String source;
    private final int mostAttributes;
    private final EnvelopeScanner scanner;
    private final EnvelopeReader envelopes;
    private int at;
    private long line;

    /**
     * Reads a part of an array.
     *
     * @param source what every message's source is
     * @param mostAttributes how many attributes and broker properties a message may have, each counted for itself
     */
    SentLines(byte[] content, int offset, int length, String source, int mostAttributes) {
        this.content = content;
        this.at = offset;
        this.end = offset + length;
        this.source = source;
        this.mostAttributes = mostAttributes;
        this.scanner = new EnvelopeScanner(mostAttributes, true);
        this.envelopes = EnvelopeReader.ofSender(source, mostAttributes);
    }

    @Override
    public Optional<Message> next() throws ReceivedMessageException {
        Message message = null;
        while (message == null && at < end) {
            int from = at;
            int newline = ByteScan.indexOfNewline(content, from, end);
            at = Math.min(end, newline + 1);
            line++;
            // Before a parser is made for it: a body may have millions of blank lines.
            message = LineInput.areBlank(content, from, newline) ? null : read(from, newline);
        }
        return Optional.ofNullable(message);
    }

    private Message read(int from, int to) throws ReceivedMessageException {
        Message scanned = scanner.read(content, from, to);
        Message message = scanned == null ? parse(from, to) : scanned;
        if (!message.source().equals(source)) {
            throw malformed("source is " + Shown.text(message.source()) + "; it must be " + Shown.text(source)
                    + ", as in the path, or be omitted");
        }
        return message;
    }

    private Message parse(int from, int to) throws ReceivedMessageException {
        try (JsonParser parser = json.createParser(content, from, to - from)) {
            parser.nextToken();
            Message message = envelopes.read(parser);
            if (parser.nextToken() != null) {
                throw malformed("there is text after the message; each line must be one JSON object");
            }
            return message;
        } catch (TooManyAttributesException e) {
            throw new ReceivedMessageException(
                    "line " + line + " has more than " + mostAttributes + " attributes", true);
        } catch (FieldException e) {
            throw malformed(e.forSender());
        } catch (JsonProcessingException e) {
            // Without the parser's text, which quotes the line.
            throw malformed("this is not a complete JSON message");
        } catch (IOException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private ReceivedMessageException malformed(String what) {
        return new ReceivedMessageException("line " + line + ": " + what, false);
    }
}
