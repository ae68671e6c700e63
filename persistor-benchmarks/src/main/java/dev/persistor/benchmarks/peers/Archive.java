package dev.persistor.benchmarks.peers;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What is in a bucket, read by the plain client of Cloud Storage.
 *
 * @param objects how many objects there are
 * @param bytes how large they are together
 * @param last when the last of them was there
 * @param tally what became of the messages
 */
record Archive(int objects, long bytes, Instant last, Tally tally) {

    /** Reads a bucket that is to hold the numbers below a bound. */
    static Archive read(Place place, Contents contents, int expected) {
        Storage storage = StorageOptions.http()
                .setHost(place.endpoint())
                .setProjectId("benchmark")
                .setCredentials(NoCredentials.getInstance())
                .build()
                .getService();
        List<Blob> blobs = StreamSupport.stream(
                        storage.list(place.run()).iterateAll().spliterator(), false)
                .toList();
        Tally tally = new Tally(expected);
        blobs.parallelStream().forEach(blob -> {
            try {
                contents.read(storage.readAllBytes(blob.getBlobId()), tally::add);
            } catch (IOException e) {
                throw new UncheckedIOException("read " + blob.getName(), e);
            }
        });
        return new Archive(
                blobs.size(),
                blobs.stream().mapToLong(Blob::getSize).sum(),
                blobs.stream()
                        .map(blob -> blob.getCreateTimeOffsetDateTime().toInstant())
                        .max(Comparator.naturalOrder())
                        .orElse(Instant.EPOCH),
                tally);
    }
}
