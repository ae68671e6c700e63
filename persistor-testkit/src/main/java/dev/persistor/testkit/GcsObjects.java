package dev.persistor.testkit;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects of the server, by bucket, in the order of their names. Thread-safe. */
final class GcsObjects {

    private static final int MAX_NAME = 1_024;
    private static final int MAX_METADATA = 8 * 1_024;
    static final String METADATA = "metadata.";

    /** An object. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    record Stored(
            String bucket,
            String name,
            String contentType,
            Map<String, String> metadata,
            byte[] content,
            String crc32cBase64,
            long generation,
            Instant created) {

        /** Returns its properties, each as JSON, by their names. */
        Map<String, String> properties() {
            Map<String, String> properties = new LinkedHashMap<>();
            properties.put("kind", "\"storage#object\"");
            properties.put("bucket", GcsJson.quote(bucket));
            properties.put("name", GcsJson.quote(name));
            properties.put("contentType", GcsJson.quote(contentType));
            properties.put("size", GcsJson.quote(Integer.toString(content.length)));
            properties.put("crc32c", GcsJson.quote(crc32cBase64));
            properties.put("generation", GcsJson.quote(Long.toString(generation)));
            properties.put("metageneration", "\"1\"");
            properties.put("timeCreated", GcsJson.quote(created.toString()));
            properties.put(
                    "metadata",
                    metadata.entrySet().stream()
                            .map(entry -> GcsJson.quote(entry.getKey()) + ":" + GcsJson.quote(entry.getValue()))
                            .collect(Collectors.joining(",", "{", "}")));
            return properties;
        }
    }

    private final Map<String, NavigableMap<String, Stored>> buckets = new ConcurrentHashMap<>();
    private volatile boolean emptySizesLeftOut;
    private final AtomicLong generation = new AtomicLong(1_000);

    private NavigableMap<String, Stored> bucket(String name) {
        return buckets.computeIfAbsent(name, key -> new ConcurrentSkipListMap<>(BlobName.ORDER));
    }

    void leaveOutEmptySizes() {
        emptySizesLeftOut = true;
    }

    void clear() {
        buckets.clear();
    }

    String toJson(Stored stored) {
        return toJson(stored, property -> true);
    }

    private String toJson(Stored stored, Predicate<String> wanted) {
        Map<String, String> properties = stored.properties();
        properties.keySet().removeIf(wanted.negate());
        if (stored.content().length == 0 && emptySizesLeftOut) {
            properties.remove("size");
        }
        return properties.entrySet().stream()
                .map(property -> GcsJson.quote(property.getKey()) + ":" + property.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    Optional<Stored> find(String bucket, String name) {
        return Optional.ofNullable(bucket(bucket).get(name));
    }

    Stored put(String bucket, Map<String, String> fields, byte[] content, boolean onlyNew, boolean corrupt)
            throws GcsRefusal {
        String name = fields.getOrDefault("name", "");
        Map<String, String> metadata = new TreeMap<>();
        fields.forEach((key, value) -> {
            if (key.startsWith(METADATA)) {
                metadata.put(key.substring(METADATA.length()), value);
            }
        });
        check(name, metadata);
        String type = fields.getOrDefault("contentType", "application/octet-stream");
        // As Cloud Storage tells it, in milliseconds.
        Instant created = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String checksum = crc32cBase64(content);
        String sent = fields.get("crc32c");
        if (sent != null && !sent.equals(checksum)) {
            throw new GcsRefusal(400, "invalid", "Provided CRC32C \"" + sent + "\" doesn't match calculated CRC32C");
        }
        byte[] kept = content;
        if (corrupt && content.length > 0) {
            // The upload keeps what it was sent, should it be stored once more.
            kept = content.clone();
            kept[0]++;
            checksum = crc32cBase64(kept);
        }
        Stored stored = new Stored(bucket, name, type, metadata, kept, checksum, generation.incrementAndGet(), created);
        if (onlyNew) {
            if (bucket(bucket).putIfAbsent(name, stored) != null) {
                throw GcsRefusal.conditionNotMet();
            }
        } else {
            bucket(bucket).put(name, stored);
        }
        return stored;
    }

    private static String crc32cBase64(byte[] content) {
        int checksum = Blob.checksum(ByteBuffer.wrap(content));
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(checksum).array();
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void check(String name, Map<String, String> metadata) throws GcsRefusal {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > MAX_NAME || name.contains("\r") || name.contains("\n")) {
            throw new GcsRefusal(400, "invalid", "a name has 1 to 1024 bytes and no line breaks");
        }
        int size = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            size += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            size += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > MAX_METADATA) {
            throw new GcsRefusal(400, "metadataTooLarge", "metadata of " + size + " bytes, over " + MAX_METADATA);
        }
    }

    /**
     * A page token is the last name of the page before.
     *
     * @param wanted tells which properties of an object the client asks for
     */
    String page(
            String bucket,
            String prefix,
            String startOffset,
            Optional<String> endOffset,
            String pageToken,
            int size,
            Predicate<String> wanted) {
        String from =
                Stream.of(prefix, startOffset, pageToken).max(BlobName.ORDER).orElseThrow();
        // From there on, and not over all names that there are: a page costs the same in an archive of any size.
        var matching = bucket(bucket).tailMap(from, !from.equals(pageToken)).values().stream()
                .takeWhile(stored -> stored.name().startsWith(prefix))
                .takeWhile(stored -> endOffset.isEmpty() || BlobName.ORDER.compare(stored.name(), endOffset.get()) < 0)
                .limit(size + 1L)
                .toList();
        String items = matching.stream()
                .limit(size)
                .map(stored -> toJson(stored, wanted))
                .collect(Collectors.joining(","));
        String next = matching.size() > size
                ? "\"nextPageToken\":" + GcsJson.quote(matching.get(size - 1).name()) + ","
                : "";
        return "{\"kind\":\"storage#objects\"," + next + "\"items\":[" + items + "]}";
    }
}
