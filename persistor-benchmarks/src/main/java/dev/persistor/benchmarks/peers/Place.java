package dev.persistor.benchmarks.peers;

import java.nio.file.Path;

/**
 * Where an entrant reads and writes.
 *
 * @param servers Kafka's brokers
 * @param topic what is archived
 * @param endpoint the store's address
 * @param run a name that no other run has: of the bucket, and of the consumer group
 * @param folder where its configuration may be written
 */
record Place(String servers, String topic, String endpoint, String run, Path folder) {

    /** Returns a file of this run, which stays when a process is killed and started again. */
    Path file(String name) {
        return folder.resolve(run + "-" + name);
    }
}
