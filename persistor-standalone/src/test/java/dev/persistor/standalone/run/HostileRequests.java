package dev.persistor.standalone.run;

import dev.persistor.core.format.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Requests that are small and become large, or are large and become larger, by the names of their kinds. None of them is one that may be
 * archived.
 */
final class HostileRequests {

    private static final int LIMIT = 16 << 20;
    private static final String EVENT = "ce-id: 1\r\nce-time: 2026-01-31T06:00:00Z\r\n";
    /** Without the headers of an event, which would make one message of the body. */
    private static final String LINES = "Content-Type: application/x-ndjson\r\n";

    private static final String GZIP = LINES + "Content-Encoding: gzip\r\n";
    private static final String POST = "POST /v1/web HTTP/1.1\r\nHost: x\r\n";

    private HostileRequests() {}

    static Map<String, byte[]> all() throws IOException {
        byte[] attributes = attributes(1_900_000);
        Map<String, byte[]> kinds = new LinkedHashMap<>();
        kinds.put("zeros in gzip, 432 MB", body(GZIP, gzip(new byte[1 << 20], 432)));
        kinds.put("the same without saying so", body(LINES, gzip(new byte[1 << 20], 432)));
        kinds.put("1.9 million attributes", body(LINES, attributes));
        kinds.put("1.9 million attributes in gzip", body(GZIP, gzip(attributes, 1)));
        kinds.put("100,000 messages", body(LINES, utf8(line("1").repeat(100_000))));
        kinds.put("a million empty lines in gzip", body(GZIP, gzip(utf8("\n".repeat(LIMIT)), 1)));
        kinds.put("nested arrays", body(LINES, utf8("{\"id\":" + "[".repeat(LIMIT / 2))));
        kinds.put("one torn payload of 16 MiB", body(LINES, utf8(torn())));
        kinds.put("more than the limit", body(EVENT, new byte[LIMIT + 1]));
        kinds.put(
                "a chunk of 64 GiB",
                utf8(POST + "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n" + "x".repeat(LIMIT)));
        kinds.put(
                "chunks of one byte", utf8(POST + "Transfer-Encoding: chunked\r\n\r\n" + "1\r\nx\r\n".repeat(1 << 20)));
        kinds.put("malformed chunks", utf8(POST + "Transfer-Encoding: chunked\r\n\r\nnone\r\n"));
        kinds.put("2,000 headers", utf8(POST + "a:\r\n".repeat(2_000)));
        kinds.put("headers without an end", utf8(POST + "a: b\r\n".repeat(200_000)));
        kinds.put("an announced length of 9 EB", utf8(POST + "Content-Length: 9000000000000000000\r\n\r\nx"));
        kinds.put("a length that is none", utf8(POST + "Content-Length: -1\r\n\r\n"));
        return kinds;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String line(String id) {
        return "{\"id\":\"" + id + "\",\"publishTime\":\"2026-01-31T06:00:00Z\",\"data\":\"x\"}\n";
    }

    /** As few bytes for each as there can be. */
    private static byte[] attributes(int count) {
        StringBuilder text =
                new StringBuilder("{\"id\":\"1\",\"publishTime\":\"2026-01-31T06:00:00Z\",\"attributes\":{");
        text.append("\"\":\"\",".repeat(count)).setLength(text.length() - 1);
        return utf8(text.append("},\"data\":\"\"}").toString());
    }

    private static String torn() {
        String line = line("1");
        String begin = line.substring(0, line.length() - 4);
        return begin + "x".repeat(LIMIT - begin.length());
    }

    private static byte[] gzip(byte[] part, int times) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = Compression.GZIP.compress(out)) {
            for (int i = 0; i < times; i++) {
                gzip.write(part);
            }
        }
        return out.toByteArray();
    }

    private static byte[] body(String headers, byte[] body) {
        byte[] head = utf8(POST + headers + "Content-Length: " + body.length + "\r\n\r\n");
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }
}
