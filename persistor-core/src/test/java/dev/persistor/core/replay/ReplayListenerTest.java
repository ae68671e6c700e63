package dev.persistor.core.replay;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listener hears of each message once: published, failed, or skipped as a copy or as published before. */
class ReplayListenerTest {

    private static final Instant TIME = Instant.parse("2026-01-31T02:00:00Z");

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final CollectingPublisher target = new CollectingPublisher();
    private final List<String> heard = new ArrayList<>();
    private @TempDir Path folder;

    private static Message message(int number) {
        return aMessage("m" + number).publishTime(TIME.plusSeconds(number)).build();
    }

    private void archive(String template, Message... messages) {
        try (Persistor persistor =
                Persistor.builder(store).naming(PathTemplate.parse(template)).build()) {
            persistor.persistAll(List.of(messages));
        }
    }

    @BeforeEach
    void archiveThreeMessagesAndOneCopy() {
        archive("orders/{id}", message(0), message(1), message(2));
        archive("again/{id}", message(1));
    }

    private ReplayReport replay() throws Exception {
        heard.clear();
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("checkpoint"), "all to the target")) {
            return Replay.of(Archive.on(store).build(), MessageFilter.ALL)
                    .to(target)
                    .checkpoint(checkpoint)
                    .listener(new ReplayListener() {
                        @Override
                        public void published(ArchivedMessage message, Published answer) {
                            heard.add("published " + message.message().id() + " as "
                                    + answer.id().orElseThrow());
                        }

                        @Override
                        public void failed(ArchivedMessage message, PublishException failure) {
                            heard.add("failed " + message.message().id() + ": " + failure.getMessage());
                        }

                        @Override
                        public void skipped(ArchivedMessage message) {
                            heard.add("skipped " + message.message().id());
                        }
                    })
                    .build()
                    .run();
        }
    }

    @Test
    void whatIsPublishedFailsOrIsACopyIsHeardOfOnce() throws Exception {
        target.refuses = message -> message.id().equals("m2");

        ReplayReport report = replay();

        assertThat(heard)
                .containsExactlyInAnyOrder(
                        "published m0 as new-1", "published m1 as new-2", "skipped m1", "failed m2: publish: refused");
        assertThat(report.published()).isEqualTo(2);
        assertThat(report.failed()).isEqualTo(1);
    }

    @Test
    void whatWasPublishedBeforeIsHeardOfAsSkipped() throws Exception {
        target.refuses = message -> message.id().equals("m2");
        replay();
        target.refuses = message -> false;

        replay();

        assertThat(heard).containsExactlyInAnyOrder("skipped m0", "skipped m1", "skipped m1", "published m2 as new-3");
        assertThat(target.published).extracting(Message::id).containsExactly("m0", "m1", "m2");
    }
}
