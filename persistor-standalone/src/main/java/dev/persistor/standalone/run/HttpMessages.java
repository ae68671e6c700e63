package dev.persistor.standalone.run;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.ReceivedLines;
import dev.persistor.core.format.ReceivedMessageException;
import dev.persistor.core.format.Shown;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.MessageSize;
import dev.persistor.standalone.run.config.CaptureSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;

/**
 * The messages of a request: one, its payload the body and all else in headers; or many, as lines of Persistor's own format.
 *
 * <p>The body of one message is archived as it came; if it is encoded, so is the payload, and the encoding is kept beside it. Lines are
 * decompressed. What they become is limited while it is read, not afterwards.
 *
 * <p>Immutable.
 */
final class HttpMessages {

    private static final Set<String> LINES =
            Set.of("application/x-ndjson", "application/jsonl", "application/json-lines");
    private static final String STRUCTURED = "application/cloudevents";

    private static final String ENCODINGS = "gzip, zstd";
    /** Lines that are not compressed, and not more than this, are read at once: that takes less than a millisecond. */
    private static final int FEW = 64 << 10;

    private static final int FIRST_CAPACITY = 64 << 10;

    /** The memory for reading. */
    interface Memory {
        /**
         * Takes so many bytes.
         *
         * @throws RefusedRequestException if there are not as many, now or ever
         */
        void take(long bytes) throws RefusedRequestException;
    }

    private final String source;
    private final int mostBytes;
    private final int mostMessages;
    private final int mostAttributes;
    private final HttpSingleMessages single;

    /** Reads messages as a capture's settings have it. */
    HttpMessages(Settings settings) {
        this.source = settings.get(PersistorSettings.SOURCE);
        this.mostBytes = Math.toIntExact(settings.get(CaptureSettings.HTTP_BODY));
        this.mostMessages = settings.get(CaptureSettings.HTTP_MESSAGES);
        this.mostAttributes = settings.get(CaptureSettings.HTTP_ATTRIBUTES);
        this.single = new HttpSingleMessages(source, mostAttributes);
    }

    /** Returns the refusal of a request for which there is no memory now. */
    static HttpAnswer noMemory() {
        return HttpAnswer.later("requests in progress fill the memory; send this request again later");
    }

    /**
     * Checks what the headers alone tell of a body.
     *
     * @throws RefusedRequestException if it cannot be read, whatever it is
     */
    void check(HttpFields headers) throws RefusedRequestException {
        if (HttpSingleMessages.isReplay(headers)) {
            return;
        }
        String mime = mime(headers);
        if (mime.startsWith(STRUCTURED)) {
            throw RefusedRequestException.malformed("the header Content-Type is " + Shown.text(mime)
                    + "; CloudEvents must be sent in binary mode: headers such as ce-id,"
                    + " and the data as the body");
        }
        if (isMany(headers)) {
            compression(headers);
        }
    }

    /** Tells whether the body is many messages, which do not need it any more when they are read. */
    static boolean isMany(HttpFields headers) {
        return LINES.contains(mime(headers)) && !HttpSingleMessages.isSingle(headers);
    }

    /** Tells whether reading the messages takes so long that few may do it at a time. */
    boolean isLongWork(HttpFields headers, ByteBuffer body) throws RefusedRequestException {
        return isMany(headers) && (compression(headers) != Compression.NONE || body.remaining() > FEW);
    }

    /**
     * Reads the messages.
     *
     * @param body the body, which belongs to the messages from now on
     * @param memory gives the memory that messages need beside the body
     * @throws RefusedRequestException if they cannot be understood, are too large, or the memory is taken
     */
    List<Message> read(HttpFields headers, ByteBuffer body, Memory memory) throws RefusedRequestException {
        if (!isMany(headers)) {
            return List.of(counted(single.read(headers, body), memory));
        }
        Compression compression = compression(headers);
        return lines(compression == Compression.NONE ? body : decompressed(compression, body, memory), memory);
    }

    private static String mime(HttpFields headers) {
        return HttpSingleMessages.contentType(headers).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static Compression compression(HttpFields headers) throws RefusedRequestException {
        String encoding =
                HttpSingleMessages.encoding(headers).orElse("identity").strip();
        try {
            Compression compression = switch (encoding.toLowerCase(Locale.ROOT)) {
                case "identity" -> Compression.NONE;
                case "gzip", "x-gzip" -> Compression.GZIP;
                case "zstd" -> Compression.ZSTD;
                default -> throw new IllegalArgumentException("unknown");
            };
            compression.requireAvailable();
            return compression;
        } catch (IllegalArgumentException e) {
            throw RefusedRequestException.of(HttpAnswer.text(
                    415,
                    "the header Content-Encoding is " + Shown.text(encoding) + "; send lines encoded with one of "
                            + ENCODINGS + ", or not encoded",
                    "Accept-Encoding",
                    ENCODINGS));
        }
    }

    private ByteBuffer decompressed(Compression compression, ByteBuffer body, Memory memory)
            throws RefusedRequestException {
        byte[] content = new byte[0];
        int size = 0;
        try (InputStream in = compression.decompressReceived(
                new ByteArrayInputStream(body.array(), body.arrayOffset() + body.position(), body.remaining()))) {
            int read = 0;
            while (read >= 0) {
                if (size == content.length) {
                    content = grown(content, memory);
                }
                read = in.read(content, size, content.length - size);
                size += Math.max(0, read);
                if (size > mostBytes) {
                    throw RefusedRequestException.tooLarge("the body has more than " + mostBytes
                            + " bytes after decompression; the limit is http-body");
                }
            }
        } catch (IOException e) {
            throw RefusedRequestException.malformed("the header Content-Encoding is " + compression.label()
                    + ", but the body is damaged, truncated or encoded differently");
        }
        return ByteBuffer.wrap(content, 0, size);
    }

    /** One byte more than is allowed tells that there is more. */
    private byte[] grown(byte[] content, Memory memory) throws RefusedRequestException {
        int capacity = (int) Math.min(mostBytes + 1L, Math.max(FIRST_CAPACITY, 2L * content.length));
        memory.take(capacity - content.length);
        return Arrays.copyOf(content, capacity);
    }

    private List<Message> lines(ByteBuffer body, Memory memory) throws RefusedRequestException {
        ReceivedLines lines = JsonLinesFormat.received(
                body.array(), body.arrayOffset() + body.position(), body.remaining(), source, mostAttributes);
        List<Message> messages = new ArrayList<>();
        try {
            Optional<Message> next = lines.next();
            while (next.isPresent()) {
                if (messages.size() == mostMessages) {
                    throw RefusedRequestException.tooLarge(
                            "the body has more than " + mostMessages + " messages; the limit is http-messages");
                }
                messages.add(counted(next.get(), memory));
                next = lines.next();
            }
        } catch (ReceivedMessageException e) {
            throw e.isTooLarge()
                    ? RefusedRequestException.tooLarge(e.reason() + "; the limit is http-attributes")
                    : RefusedRequestException.malformed(e.reason());
        }
        if (messages.isEmpty()) {
            throw RefusedRequestException.malformed("the body has no message; send one message on each line");
        }
        return messages;
    }

    private static Message counted(Message message, Memory memory) throws RefusedRequestException {
        memory.take(MessageSize.of(message));
        return message;
    }
}
