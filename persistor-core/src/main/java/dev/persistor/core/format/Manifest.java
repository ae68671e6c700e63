package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.message.PositionRange;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * The summary of a blob's messages in its metadata: how many, from when to when, which positions, and a
 * digest of their ids. So a listing tells whether a blob is of interest, and a reader whether it is whole.
 *
 * <p>Immutable.
 *
 * @param count how many messages, 1 or more
 * @param firstPublishTime the earliest publish time
 * @param lastPublishTime the latest publish time
 * @param digest 128 bits of SHA-256 over sources, ids and, where they are known, logs, in their order in the blob
 */
public record Manifest(int count, Instant firstPublishTime, Instant lastPublishTime, String digest) {

    static final String COUNT = "persistor-count";
    static final String FIRST_PUBLISH_TIME = "persistor-first-publish-time";
    static final String LAST_PUBLISH_TIME = "persistor-last-publish-time";
    static final String FIRST_OFFSET = "persistor-first-offset";
    static final String LAST_OFFSET = "persistor-last-offset";
    static final String REPLAYED = "persistor-replayed";

    /** The attribute by which a replay tells the id that a message had before. */
    public static final String ORIGINAL_ID = "persistor-original-id";

    /** Whose ids are worth comparing: of more, a digest takes longer than reading them. */
    private static final int MOST_IDS = 100_000;

    private static final int DIGEST_BYTES = 16;

    /** Returns the manifest of the messages. */
    static Manifest of(List<Message> messages) {
        Instant first = messages.get(0).publishTime();
        Instant last = first;
        Digest digest = new Digest();
        for (Message message : messages) {
            Instant time = message.publishTime();
            first = time.isBefore(first) ? time : first;
            last = time.isAfter(last) ? time : last;
            String log = message.position().map(Position::log).orElse("");
            addTo(digest, message.source(), message.id(), log);
        }
        return new Manifest(messages.size(), first, last, digest.hex(DIGEST_BYTES));
    }

    private static void addTo(Digest digest, String source, String id, String log) {
        digest.add(source).add(id);
        if (!log.isEmpty()) {
            digest.add(log);
        }
    }

    /**
     * Tells whether the messages of a batch have exactly the ids that a function makes of their offsets, and none of them had another id
     * before a replay. The digest in the metadata proves it.
     *
     * @param positions what {@link #offsets} returns of the same metadata
     */
    public static boolean areIds(BlobMetadata metadata, PositionRange positions, LongFunction<String> idOfOffset) {
        Optional<Manifest> manifest = of(metadata);
        Optional<String> source = source(metadata);
        if (manifest.isEmpty()
                || source.isEmpty()
                || metadata.get(REPLAYED).isPresent()
                || manifest.get().count != positions.size()
                || manifest.get().count > MOST_IDS) {
            return false;
        }
        Digest digest = new Digest();
        for (long offset = positions.first(); offset <= positions.last(); offset++) {
            addTo(digest, source.get(), idOfOffset.apply(offset), positions.log());
        }
        return digest.hex(DIGEST_BYTES).equals(manifest.get().digest);
    }

    /** Returns the metadata of a blob that holds the messages in this order; what has no room in it is left out. */
    static BlobMetadata metadata(String format, List<Message> messages, BlobLimits limits) {
        Manifest manifest = of(messages);
        Map<String, String> fields = new TreeMap<>();
        fields.put(MessageFormat.METADATA_KEY, format);
        fields.put(COUNT, Integer.toString(manifest.count));
        fields.put(FIRST_PUBLISH_TIME, manifest.firstPublishTime.toString());
        fields.put(LAST_PUBLISH_TIME, manifest.lastPublishTime.toString());
        fields.put(RawMetadata.DIGEST, manifest.digest);
        BlobMetadata certain = BlobMetadata.of(fields);
        common(messages).ifPresent(source -> fields.put(RawMetadata.SOURCE, source));
        PositionRange.of(messages).ifPresent(positions -> putPositions(positions, fields));
        long replayed = messages.stream()
                .filter(message -> message.attributes().first(ORIGINAL_ID).isPresent())
                .count();
        if (replayed > 0) {
            fields.put(REPLAYED, Long.toString(replayed));
        }
        BlobMetadata whole = BlobMetadata.of(fields);
        return whole.encodedSize() <= limits.maxMetadataBytes() ? whole : certain;
    }

    /** The source of all messages, if they have but one. */
    private static Optional<String> common(List<Message> messages) {
        String first = messages.get(0).source();
        return messages.stream().allMatch(message -> message.source().equals(first))
                ? Optional.of(first)
                : Optional.empty();
    }

    private static void putPositions(PositionRange positions, Map<String, String> fields) {
        if (!positions.log().isEmpty()) {
            fields.put(RawMetadata.LOG, positions.log());
        }
        fields.put(RawMetadata.PARTITION, positions.partition());
        fields.put(FIRST_OFFSET, Long.toString(positions.first()));
        fields.put(LAST_OFFSET, Long.toString(positions.last()));
    }

    /** Reads the manifest of a blob, where it has one. A raw blob's is that of its one message, without a digest. */
    public static Optional<Manifest> of(BlobMetadata metadata) {
        try {
            if (metadata.get(MessageFormat.METADATA_KEY)
                    .filter(RawFormat.NAME::equals)
                    .isPresent()) {
                return metadata.get(RawMetadata.PUBLISH_TIME)
                        .map(Instants::parse)
                        .map(time -> new Manifest(1, time, time, ""));
            }
            return metadata.get(COUNT)
                    .map(count -> new Manifest(
                            Integer.parseInt(count),
                            Instants.parse(metadata.get(FIRST_PUBLISH_TIME).orElse("")),
                            Instants.parse(metadata.get(LAST_PUBLISH_TIME).orElse("")),
                            metadata.get(RawMetadata.DIGEST).orElse("")));
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Returns the offsets of a blob's messages, where its metadata tells. */
    public static Optional<PositionRange> offsets(BlobMetadata metadata) {
        try {
            Optional<String> partition = metadata.get(RawMetadata.PARTITION);
            Optional<String> first = metadata.get(FIRST_OFFSET);
            Optional<String> last = metadata.get(LAST_OFFSET);
            return partition.isEmpty() || first.isEmpty() || last.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new PositionRange(
                            log(metadata), partition.get(), Long.parseLong(first.get()), Long.parseLong(last.get())));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Returns where the messages of a batch, or the one of a raw blob, are, where its metadata tells. */
    public static Optional<PositionRange> positions(BlobMetadata metadata) {
        return offsets(metadata).or(() -> offsetOfRaw(metadata));
    }

    /** Returns where the one message of a raw blob is, where its metadata tells. */
    public static Optional<PositionRange> offsetOfRaw(BlobMetadata metadata) {
        try {
            Optional<String> partition = metadata.get(RawMetadata.PARTITION);
            Optional<Long> offset = metadata.get(RawMetadata.OFFSET).map(Long::valueOf);
            return partition.flatMap(name -> offset.map(at -> new PositionRange(log(metadata), name, at, at)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String log(BlobMetadata metadata) {
        return metadata.get(RawMetadata.LOG).orElse("");
    }

    /** Returns the source of all of a blob's messages, where its metadata tells. */
    public static Optional<String> source(BlobMetadata metadata) {
        return metadata.get(RawMetadata.SOURCE);
    }
}
