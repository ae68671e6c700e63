package dev.persistor.spark;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the rows of a split. Where no payload is asked for, raw blobs whose metadata has all else are not opened.
 *
 * <p>Not thread-safe.
 */
final class SplitReader implements PartitionReader<InternalRow> {

    private static final Logger LOG = LoggerFactory.getLogger(SplitReader.class);
    private static final int MOST_NAMED = 10;

    private record Metric(String name, long value) implements CustomTaskMetric {}

    private final TableOptions options;
    private final List<Column> columns;
    private final BlobStore store;
    private final ArchiveReader reader;
    private final Iterator<Message> described;
    private final Iterator<BlobInfo> describedBlobs;
    private final int describedCount;
    private Iterator<Finding> damages = Collections.emptyIterator();
    private boolean ended;
    private InternalRow row = InternalRow.empty();

    SplitReader(TableOptions options, Bounds bounds, List<Column> columns, BlobSplit split) {
        this.options = options;
        this.columns = columns;
        MessageFilter filter = options.filter(bounds);
        boolean needsPayloads = columns.contains(Column.PAYLOAD);
        List<BlobInfo> toOpen = new ArrayList<>();
        List<BlobInfo> toDescribe = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        int count = 0;
        for (BlobInfo blob : split.infos()) {
            Optional<Message> message = needsPayloads ? Optional.empty() : RawFormat.described(blob);
            if (message.isEmpty()) {
                toOpen.add(blob);
                continue;
            }
            count++;
            if (filter.accepts(message.get())) {
                toDescribe.add(blob);
                messages.add(message.get());
            }
        }
        this.described = messages.iterator();
        this.describedBlobs = toDescribe.iterator();
        this.describedCount = count;
        this.store = options.open();
        Archive archive = options.archive(store);
        this.reader =
                (needsPayloads ? archive : archive.toBuilder().withoutPayloads().build()).read(toOpen.stream(), filter);
    }

    @Override
    public boolean next() {
        if (described.hasNext()) {
            row = Column.row(
                    columns,
                    new ArchivedMessage(described.next(), describedBlobs.next().name(), 0));
            return true;
        }
        if (!ended && reader.hasNext()) {
            row = Column.row(columns, reader.next());
            return true;
        }
        if (!ended) {
            end();
        }
        if (damages.hasNext()) {
            row = Column.row(columns, damages.next());
            return true;
        }
        return false;
    }

    /** A blob that hides messages is no end of the table: the query fails, or has a row that says so. */
    private void end() {
        ended = true;
        List<Finding> findings = reader.findings();
        List<Finding> hiding = findings.stream().filter(Finding::hidesMessages).toList();
        if (options.mode() == DamageMode.FAILFAST && !hiding.isEmpty()) {
            throw new ArchiveReadException(
                    hiding.size() + (hiding.size() == 1 ? " blob" : " blobs") + " of " + options.store()
                            + " could not be read whole: " + described(hiding)
                            + ". To read the others, set the option mode to PERMISSIVE: then each such blob is a row, with"
                            + " the reason in the column _damage",
                    null);
        }
        findings.forEach(finding -> LOG.warn("{} of {}: {}", finding.blob(), options.store(), finding.reason()));
        damages = options.mode() == DamageMode.PERMISSIVE ? findings.iterator() : Collections.emptyIterator();
    }

    private static String described(List<Finding> findings) {
        String named = findings.stream()
                .limit(MOST_NAMED)
                .map(finding -> finding.blob() + ": " + finding.reason())
                .collect(Collectors.joining("; "));
        return findings.size() > MOST_NAMED ? named + "; and others" : named;
    }

    @Override
    public InternalRow get() {
        return row;
    }

    @Override
    public CustomTaskMetric[] currentMetricsValues() {
        return new CustomTaskMetric[] {
            new Metric(BlobsMetric.NAME, describedCount + reader.blobsRead()),
            new Metric(DamagedBlobsMetric.NAME, reader.findings().size())
        };
    }

    @Override
    public void close() {
        reader.close();
        store.close();
    }
}
