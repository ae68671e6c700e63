package dev.persistor.testkit;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An upload, whole or under way. Safe for one client's use. */
final class GcsUpload {

    private static final String LINE_BREAK = "\r\n";
    private static final String BLANK_LINE = LINE_BREAK + LINE_BREAK;

    private final String bucket;
    private final Map<String, String> fields;
    private final boolean onlyNew;
    private byte[] content;
    private GcsObjects.@Nullable Stored stored;

    private GcsUpload(String bucket, Map<String, String> fields, byte[] content, boolean onlyNew) {
        this.bucket = bucket;
        this.fields = fields;
        this.content = content;
        this.onlyNew = onlyNew;
    }

    static GcsUpload begin(String bucket, byte[] json, @Nullable String name, boolean onlyNew) throws IOException {
        Map<String, String> fields = new TreeMap<>(GcsJson.read(json));
        if (name != null) {
            fields.put("name", name);
        }
        return new GcsUpload(bucket, fields, new byte[0], onlyNew);
    }

    /** Takes apart {@code multipart/related}: the object's JSON, then its bytes. */
    static GcsUpload multipart(String bucket, byte[] body, String contentType, boolean onlyNew)
            throws IOException, GcsRefusal {
        int at = contentType.indexOf("boundary=");
        if (at < 0) {
            throw new GcsRefusal(400, "invalid", "no boundary");
        }
        String boundary = contentType.substring(at + 9).replace("\"", "");
        String mark = "--" + boundary;
        int jsonStart = indexOf(BLANK_LINE, body, indexOf(mark, body, 0)) + BLANK_LINE.length();
        int second = indexOf(LINE_BREAK + mark, body, jsonStart);
        int contentStart =
                indexOf(BLANK_LINE, body, second + LINE_BREAK.length() + mark.length()) + BLANK_LINE.length();
        String last = LINE_BREAK + mark + "--";
        int end = body.length - last.length();
        while (!isAt(end, last, body)) {
            end--;
        }
        byte[] json = Arrays.copyOfRange(body, jsonStart, second);
        byte[] content = Arrays.copyOfRange(body, contentStart, end);
        return new GcsUpload(bucket, GcsJson.read(json), content, onlyNew);
    }

    /** Where the next one is of a text that is there. */
    private static int indexOf(String text, byte[] body, int from) {
        int at = from;
        while (!isAt(at, text, body)) {
            at++;
        }
        return at;
    }

    private static boolean isAt(int at, String text, byte[] body) {
        for (int i = 0; i < text.length(); i++) {
            if (body[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    String name() {
        return fields.getOrDefault("name", "");
    }

    synchronized long size() {
        return content.length;
    }

    synchronized boolean isFinished() {
        return stored != null;
    }

    synchronized void append(long offset, byte[] chunk) throws GcsRefusal {
        if (offset > content.length) {
            throw new GcsRefusal(400, "invalid", "a chunk at " + offset + " leaves a gap after " + content.length);
        }
        int known = (int) (content.length - offset);
        if (known < chunk.length) {
            int size = content.length;
            content = Arrays.copyOf(content, (int) offset + chunk.length);
            System.arraycopy(chunk, known, content, size, chunk.length - known);
        }
    }

    synchronized GcsObjects.Stored store(GcsObjects objects, boolean corrupt) throws GcsRefusal {
        if (stored == null) {
            stored = objects.put(bucket, fields, content, onlyNew, corrupt);
        }
        return stored;
    }
}
