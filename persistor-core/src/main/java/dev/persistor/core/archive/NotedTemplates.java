package dev.persistor.core.archive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.naming.PathTemplateException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The path templates that captures noted in a store. Nothing needs the notes: one that is missing or malformed counts for nothing.
 *
 * <p>Thread-safe.
 */
public final class NotedTemplates {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST = 100;
    private static final int MOST_BYTES = 64 << 10;

    private NotedTemplates() {}

    /**
     * Returns the templates that a store notes, {@value #MOST} at most. A filter that takes all sources and times needs none, and gets
     * none.
     *
     * @throws dev.persistor.core.store.BlobStoreException if the notes cannot be listed or read
     */
    public static List<PathTemplate> in(BlobSource store, MessageFilter filter) {
        return filter.isBound() ? in(store) : List.of();
    }

    /**
     * Returns the templates that a store notes, {@value #MOST} at most.
     *
     * @throws dev.persistor.core.store.BlobStoreException if the notes cannot be listed or read
     */
    public static List<PathTemplate> in(BlobSource store) {
        try (Stream<BlobInfo> notes = store.list(BlobName.TEMPLATES)) {
            return notes.filter(note -> !note.name().isForeign() && note.size() <= MOST_BYTES)
                    .limit(MOST)
                    .flatMap(note -> template(store, note).stream())
                    .toList();
        }
    }

    private static Optional<PathTemplate> template(BlobSource store, BlobInfo note) {
        try (OpenBlob open = store.open(note);
                JsonParser json = JSON.createParser(open.content().readNBytes(MOST_BYTES))) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING && "path".equals(json.currentName())) {
                    return Optional.of(PathTemplate.parse(json.getText()));
                }
            }
            return Optional.empty();
        } catch (BlobNotFoundException | PathTemplateException | IOException e) {
            return Optional.empty();
        }
    }
}
