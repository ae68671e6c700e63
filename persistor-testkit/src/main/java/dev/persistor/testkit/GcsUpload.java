package dev.persistor.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An upload, whole or under way. Safe for one client's use. */
final class GcsUpload {

    private final String bucket;
    private final Map<String, String> fields;
    private final boolean onlyNew;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private GcsObjects.@Nullable Stored stored;

    private GcsUpload(String bucket, Map<String, String> fields, boolean onlyNew) {
        this.bucket = bucket;
        this.fields = fields;
        this.onlyNew = onlyNew;
    }

    static GcsUpload begin(String bucket, byte[] json, @Nullable String name, boolean onlyNew) throws IOException {
        Map<String, String> fields = new TreeMap<>(GcsJson.read(json));
        if (name != null) {
            fields.put("name", name);
        }
        return new GcsUpload(bucket, fields, onlyNew);
    }

    /** Takes apart {@code multipart/related}: the object's JSON, then its bytes. */
    static GcsUpload multipart(String bucket, byte[] body, String contentType, boolean onlyNew)
            throws IOException, GcsRefusal {
        int at = contentType.indexOf("boundary=");
        if (at < 0) {
            throw new GcsRefusal(400, "invalid", "no boundary");
        }
        String boundary = contentType.substring(at + 9).replace("\"", "");
        // One character a byte, so that positions in the text are positions in the body.
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String mark = "--" + boundary;
        int jsonStart = text.indexOf("\r\n\r\n", text.indexOf(mark)) + 4;
        int second = text.indexOf("\r\n" + mark, jsonStart);
        int contentStart = text.indexOf("\r\n\r\n", second + 2 + mark.length()) + 4;
        int end = text.lastIndexOf("\r\n" + mark + "--");
        byte[] json = text.substring(jsonStart, second).getBytes(StandardCharsets.ISO_8859_1);
        GcsUpload upload = new GcsUpload(bucket, GcsJson.read(json), onlyNew);
        upload.content.write(body, contentStart, end - contentStart);
        return upload;
    }

    String name() {
        return fields.getOrDefault("name", "");
    }

    synchronized long size() {
        return content.size();
    }

    synchronized boolean isFinished() {
        return stored != null;
    }

    synchronized void append(long offset, byte[] chunk) throws GcsRefusal {
        if (offset > content.size()) {
            throw new GcsRefusal(400, "invalid", "a chunk at " + offset + " leaves a gap after " + content.size());
        }
        int known = (int) (content.size() - offset);
        if (known < chunk.length) {
            content.write(chunk, known, chunk.length - known);
        }
    }

    synchronized GcsObjects.Stored store(GcsObjects objects, boolean corrupt) throws GcsRefusal {
        if (stored == null) {
            stored = objects.put(bucket, fields, content.toByteArray(), onlyNew, corrupt);
        }
        return stored;
    }
}
