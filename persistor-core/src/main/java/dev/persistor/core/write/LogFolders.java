package dev.persistor.core.write;

import dev.persistor.core.message.Message;
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

    private final LogFolder.Log log;
    private final BlobWriter writer;
    private final Outcomes outcomes;
    private final Map<String, LogFolder> folders = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LogFolder> eldest) {
            return size() > REMEMBERED;
        }
    };

    LogFolders(LogFolder.Log log, BlobWriter writer, Outcomes outcomes) {
        this.log = log;
        this.writer = writer;
        this.outcomes = outcomes;
    }

    /** Returns the folder that a message goes to. */
    LogFolder of(Message message) {
        return folders.computeIfAbsent(
                writer.partitionOf(message), folder -> new LogFolder(folder, log, writer, outcomes));
    }

    @Override
    public String toString() {
        return "partition " + log.partition() + " of " + log.source();
    }
}
