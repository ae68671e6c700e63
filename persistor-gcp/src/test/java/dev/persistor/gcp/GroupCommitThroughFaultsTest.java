package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.FaultyBlobStoreProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Concurrent pushes to a function that is killed, with a store that fails by chance. The testkit has that store, and no deployment. */
@Timeout(120)
class GroupCommitThroughFaultsTest {

    /**
     * Three writes in ten fail, the instance is killed again and again in the middle, and what was not answered comes back
     * in another order, so in other batches. Then a message may be in two blobs: the one whose answer was lost, and the
     * one that was acknowledged. Nothing may be lost or altered.
     */
    @Test
    void throughFaultsAndKillsNothingIsLostAndOnlyUnansweredMessagesAreTwice(@TempDir Path folder) throws Exception {
        List<Message> sent = ConcurrentPushes.messages(1_500);
        Set<String> acknowledged = Collections.synchronizedSet(new HashSet<>());
        Set<String> deliveredAgain = Collections.synchronizedSet(new HashSet<>());
        Path blobs = folder.resolve("archive");
        Random random = new Random(42);
        List<Message> left = new ArrayList<>(sent);
        int kills = 0;
        for (int round = 1; !left.isEmpty(); round++) {
            assertThat(round).as("rounds with %d left", left.size()).isLessThan(40);
            Collections.shuffle(left, random);
            // The first rounds end in a kill after some acknowledgements.
            int killAfter = round <= 4 ? acknowledged.size() + 100 + random.nextInt(150) : Integer.MAX_VALUE;
            int attempt = round;
            try (FunctionsFramework function = FunctionsFramework.start(
                    PubSubPushEndpoint.class,
                    ConcurrentPushes.settings(
                            FaultyBlobStoreProvider.addressOf(blobs.toUri()).toString(),
                            FaultyBlobStoreProvider.PROBABILITY,
                            "0.3",
                            FaultyBlobStoreProvider.BURST,
                            "8",
                            FaultyBlobStoreProvider.SEED,
                            Integer.toString(round)))) {
                ConcurrentPushes.onAllConnections(new ConcurrentLinkedQueue<>(left), message -> {
                    int status = ConcurrentPushes.status(function, message, attempt);
                    if (status == 204) {
                        acknowledged.add(message.id());
                    } else {
                        deliveredAgain.add(message.id());
                    }
                    if (acknowledged.size() >= killAfter) {
                        function.kill();
                    }
                    return status != 0;
                });
                kills += killAfter == Integer.MAX_VALUE ? 0 : 1;
            }
            left.removeIf(message -> acknowledged.contains(message.id()));
        }
        try (BlobStore archive = BlobStore.over(FileDriver.open(blobs))) {
            ArchiveComparison comparison = ArchiveComparison.of(sent, archive);
            assertThat(comparison.lost()).isEmpty();
            assertThat(comparison.altered()).isEmpty();
            assertThat(comparison.unexpected()).isEmpty();
            assertThat(kills).isEqualTo(4);
            assertThat(deliveredAgain).isNotEmpty();
            assertThat(comparison.duplicates())
                    .as("messages in two blobs, and those that were delivered again")
                    .hasSizeLessThanOrEqualTo(deliveredAgain.size())
                    .allSatisfy(duplicate -> assertThat(deliveredAgain)
                            .anySatisfy(id -> assertThat(duplicate).contains(id)));
            System.out.printf(
                    "group commit through faults and kills: %d messages, %d kills, %d delivered again, lost 0, altered 0,"
                            + " in two blobs %d, blobs %d%n",
                    sent.size(),
                    kills,
                    deliveredAgain.size(),
                    comparison.duplicates().size(),
                    comparison.blobs());
        }
    }
}
