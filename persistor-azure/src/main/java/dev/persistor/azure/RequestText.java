package dev.persistor.azure;

import com.microsoft.azure.functions.HttpRequestMessage;
import dev.persistor.core.capture.MalformedEventException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The body of an HTTP request as a text that stands for the bytes that were sent.
 *
 * <p>A Java function cannot ask for those bytes. The Functions host sends the bodies of {@code application/octet-stream}
 * and {@code multipart/...} as bytes and decodes all others as UTF-8, whatever their charset says: it drops a byte order
 * mark and replaces what is not UTF-8 by U+FFFD ({@code PopulateBody} in
 * {@code src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs} of Azure/azure-functions-host,
 * {@code ReadAsStringAsync} in {@code src/WebJobs.Extensions.Http/Extensions/HttpRequestExtensions.cs} of
 * Azure/azure-webjobs-sdk-extensions). A parameter of type {@code byte[]} gets no text: the Java worker reads the text as
 * JSON and fails. A {@code String} gets bytes decoded with the JVM's default charset, which is ASCII where no
 * {@code LANG} is set.
 *
 * <p>So the length tells: what was decoded with another charset, or was not UTF-8, has another number of bytes in UTF-8. One
 * case remains: of a character of four bytes exactly three are there. U+FFFD has three bytes, too.
 */
final class RequestText {

    private static final char REPLACEMENT = '\uFFFD';
    private static final int BYTE_ORDER_MARK_BYTES = 3;

    private RequestText() {}

    /**
     * Returns the body, which is empty if nothing was sent. It may contain U+FFFD if it has the length that was sent.
     *
     * @throws MalformedEventException if the text does not stand for what was sent, or did not arrive
     */
    static String of(HttpRequestMessage<Optional<String>> request) throws MalformedEventException {
        Map<String, String> headers = request.getHeaders();
        String text = request.getBody().orElse("");
        OptionalLong length = length(headers.getOrDefault("content-length", ""));
        if (text.isEmpty()) {
            requireNothingSent(headers, length);
        } else if (!isWhatWasSent(text, length, isDecodedByWorker(headers))) {
            throw new MalformedEventException("the body was altered before it arrived: its text has " + bytes(text)
                    + " bytes in UTF-8, Content-Length is " + headers.getOrDefault("content-length", "missing")
                    + ", Content-Type is " + headers.getOrDefault("content-type", "missing")
                    + "; send UTF-8 as application/json or application/cloudevents+json");
        }
        return text;
    }

    private static OptionalLong length(String header) {
        return header.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(header)) : OptionalLong.empty();
    }

    /** The host hands over no body without a Content-Length (Azure/azure-functions-java-worker, issue 781). */
    private static void requireNothingSent(Map<String, String> headers, OptionalLong length)
            throws MalformedEventException {
        if (length.orElse(0) > 0 || headers.containsKey("transfer-encoding")) {
            throw new MalformedEventException("the Functions host delivered no body; send it with Content-Length and"
                    + " without Transfer-Encoding");
        }
    }

    private static boolean isWhatWasSent(String text, OptionalLong length, boolean isDecodedByWorker) {
        boolean hasReplacements = text.indexOf(REPLACEMENT) >= 0;
        if (hasReplacements && (isDecodedByWorker || length.isEmpty())) {
            return false;
        }
        long bytes = bytes(text);
        if (length.isPresent()) {
            return bytes == length.getAsLong() || bytes + BYTE_ORDER_MARK_BYTES == length.getAsLong();
        }
        boolean isAscii = bytes == text.length();
        return isAscii || !isDecodedByWorker || Charset.defaultCharset().equals(StandardCharsets.UTF_8);
    }

    private static boolean isDecodedByWorker(Map<String, String> headers) {
        String type = headers.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        return type.contains("application/octet-stream") || type.contains("multipart/");
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
