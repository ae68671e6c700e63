package dev.persistor.core.archive;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Counts copies, and different messages that share an id, and names the first of them with both places.
 *
 * <p>Not thread-safe.
 */
public final class RepeatedMessages implements AutoCloseable {

    /** One whose earlier place is not named yet. */
    private record Unnamed(Identity identity, String place, SeenMessages.Place earlier) {}

    private final int most;
    private final SeenMessages seen = new SeenMessages();
    private final List<Unnamed> copies = new ArrayList<>();
    private final List<Unnamed> sameId = new ArrayList<>();
    /** The names of the blobs of earlier places, by their digests; empty until the blob is listed. */
    private final Map<Long, String> names = new HashMap<>();

    private long copyCount;
    private long sameIdCount;

    private RepeatedMessages(int most) {
        this.most = most;
    }

    /** Returns what counts and names nothing. */
    public static RepeatedMessages counted() {
        return new RepeatedMessages(0);
    }

    /** Returns what names the first of each kind, too; their places are known after {@link #findPlaces}. */
    public static RepeatedMessages named() {
        return new RepeatedMessages(Verification.MOST);
    }

    /** Adds a message, and tells what it is beside those before it. */
    public SeenMessages.Kind add(MessageKey key, ArchivedMessage archived) {
        SeenMessages.Seen result = seen.add(key, archived);
        switch (result.kind()) {
            case NEW -> {}
            case COPY -> {
                copyCount++;
                note(copies, key, archived, result);
            }
            case SAME_ID -> {
                sameIdCount++;
                note(sameId, key, archived, result);
            }
        }
        return result.kind();
    }

    private void note(List<Unnamed> noted, MessageKey key, ArchivedMessage archived, SeenMessages.Seen result) {
        if (noted.size() < most) {
            SeenMessages.Place earlier = result.earlier().orElseThrow();
            names.putIfAbsent(earlier.blob(), "");
            noted.add(new Unnamed(key.identity(), archived.place(), earlier));
        }
    }

    /** Returns how many messages were copies of earlier ones. */
    public long copyCount() {
        return copyCount;
    }

    /** Returns how many messages had the id of earlier ones, and another content than each of these. */
    public long sameIdCount() {
        return sameIdCount;
    }

    /** Remembers a listed blob's name, if it holds one of the earlier places. */
    void listed(BlobName blob) {
        if (!names.isEmpty()) {
            names.computeIfPresent(SeenMessages.digest(blob.value()), (digest, before) -> blob.value());
        }
    }

    /**
     * Finds the names of the blobs of earlier places.
     *
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be listed
     */
    public void findPlaces(Archive archive, MessageFilter filter) {
        if (names.isEmpty()) {
            return;
        }
        try (Stream<BlobInfo> blobs = archive.blobs(filter)) {
            blobs.forEach(blob -> listed(blob.name()));
        }
    }

    /** Returns the first copies. */
    public List<RepeatedMessage> copies() {
        return named(copies);
    }

    /** Returns the first messages that had the id of an earlier, different one. */
    public List<RepeatedMessage> sameId() {
        return named(sameId);
    }

    private List<RepeatedMessage> named(List<Unnamed> noted) {
        return noted.stream()
                .map(each -> new RepeatedMessage(each.identity, each.place, place(each.earlier)))
                .toList();
    }

    private String place(SeenMessages.Place earlier) {
        String blob = names.getOrDefault(earlier.blob(), "");
        return blob.isEmpty() ? "a blob that is no longer listed" : blob + "#" + earlier.index();
    }

    /** Deletes temporary files. */
    @Override
    public void close() {
        seen.close();
    }
}
