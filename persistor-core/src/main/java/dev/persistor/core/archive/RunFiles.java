package dev.persistor.core.archive;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sorted messages in temporary files that only their owner may read, in jsonl. A message's place travels as one more broker
 * property, the first, which is taken off again. Where the operating system allows it, the files have no names: a kill leaves nothing
 * behind.
 *
 * <p>Not thread-safe.
 */
final class RunFiles implements AutoCloseable {

    private static final String PLACE = "place";
    private static final JsonLinesFormat FORMAT = new JsonLinesFormat(Compression.NONE);

    private static final BlobName NAME = BlobName.of("sorted.jsonl");

    private final List<FileChannel> files = new ArrayList<>();

    /** Writes one run. */
    void write(List<ArchivedMessage> messages) {
        try {
            FileChannel file = create();
            files.add(file);
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file));
            try (MessageEncoder encoder = FORMAT.encoder(out)) {
                for (ArchivedMessage message : messages) {
                    encoder.write(withPlace(message));
                }
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("sorting needs space for temporary files", e);
        }
    }

    private static FileChannel create() throws IOException {
        Path path = Files.createTempFile("persistor-sort-", ".jsonl");
        return FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** Opens all runs for reading, once. */
    Stream<Iterator<ArchivedMessage>> open() {
        return files.stream().map(this::open);
    }

    private Iterator<ArchivedMessage> open(FileChannel file) {
        try {
            InputStream in = new BufferedInputStream(Channels.newInputStream(file.position(0)));
            BlobInfo info = BlobInfo.withoutChecksum(NAME, file.size(), "", BlobMetadata.empty());
            MessageReader reader = FORMAT.decoder(in, info);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return reader.hasNext();
                }

                @Override
                public ArchivedMessage next() {
                    return withoutPlace(reader.next());
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read a temporary file", e);
        }
    }

    private static Message withPlace(ArchivedMessage archived) {
        Attributes.Builder properties = Attributes.builder().add(PLACE, archived.place());
        archived.message().brokerProperties().forEach(entry -> properties.add(entry.name(), entry.value()));
        return archived.message().toBuilder()
                .brokerProperties(properties.build())
                .build();
    }

    private static ArchivedMessage withoutPlace(Message message) {
        List<Attributes.Entry> properties = message.brokerProperties().entries();
        AttributeValue place = properties.get(0).value();
        int mark = place.text().lastIndexOf('#');
        return new ArchivedMessage(
                message.toBuilder()
                        .brokerProperties(Attributes.of(properties.subList(1, properties.size())))
                        .build(),
                BlobName.of(place.text().substring(0, mark)),
                Integer.parseInt(place.text().substring(mark + 1)));
    }

    @Override
    public void close() {
        try {
            for (FileChannel file : files) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete a temporary file", e);
        }
    }
}
