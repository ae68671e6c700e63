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
 * @param objects the objects, in the order in which they were stored
 * @param tally what became of the messages
 */
record Archive(List<Stored> objects, Tally tally) {

    /**
     * An object.
     *
     * @param at when it was there
     * @param bytes how large it is
     */
    record Stored(Instant at, long bytes) {}

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
        List<Stored> objects = blobs.stream()
                .map(blob -> new Stored(blob.getCreateTimeOffsetDateTime().toInstant(), blob.getSize()))
                .sorted(Comparator.comparing(Stored::at))
                .toList();
        return new Archive(objects, tally);
    }

    /** Returns how large the objects are together. */
    long bytes() {
        return objects.stream().mapToLong(Stored::bytes).sum();
    }

    /**
     * Returns when a part of all bytes was there.
     *
     * @param part more than 0, at most 1
     */
    Instant reached(double part) {
        double most = bytes() * part;
        long sum = 0;
        for (Stored each : objects) {
            sum += each.bytes();
            if (sum >= most) {
                return each.at();
            }
        }
        throw new IllegalStateException("there are no objects");
    }
}
