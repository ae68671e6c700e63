package dev.persistor.core;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folders that messages of one partition go to. As many are remembered as are likely to be met again; what was forgotten
 * is looked up again.
 *
 * <p>Not thread-safe.
 */
final class LogFolders {

    private static final int REMEMBERED = 256;

    private final BlobSource source;
    private final MessageFormats formats = MessageFormats.installed();
    private final BlobWriter writer;
    private final Outcomes outcomes;
    private final String name;
    private final String partition;
    private final Map<String, LogFolder> folders = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LogFolder> eldest) {
            return size() > REMEMBERED;
        }
    };

    LogFolders(BlobSource source, BlobWriter writer, Outcomes outcomes, String name, String partition) {
        this.source = source;
        this.writer = writer;
        this.outcomes = outcomes;
        this.name = name;
        this.partition = partition;
    }

    /** Returns the folder that a message goes to. */
    LogFolder of(Message message) {
        return folders.computeIfAbsent(
                writer.partitionOf(message),
                folder -> new LogFolder(folder, new LogFolder.Log(source, formats, name, partition), writer, outcomes));
    }

    @Override
    public String toString() {
        return "partition " + partition + " of " + name;
    }
}
