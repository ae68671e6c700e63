package dev.persistor.core.archive;

import static dev.persistor.core.archive.SeenMessages.Kind.COPY;
import static dev.persistor.core.archive.SeenMessages.Kind.NEW;
import static dev.persistor.core.archive.SeenMessages.Kind.SAME_ID;
import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenMessagesTest {

    private SeenMessages seen = new SeenMessages();
    private int index;
    private @TempDir Path folder;

    @AfterEach
    void close() {
        seen.close();
    }

    private static Message message(String id, String log, int payload) {
        return aMessage(id, "payload " + payload)
                .position(new Position(log, "0", 1))
                .build();
    }

    private static Message claiming(String id, Message original) {
        return original.toBuilder()
                .id(id)
                .publishTime(Instant.EPOCH.plusSeconds(9))
                .position(null)
                .attributes(Attributes.builder()
                        .add(ReplayAttributes.ORIGINAL_ID, original.id())
                        .add(ReplayAttributes.ORIGINAL_SOURCE, original.source())
                        .add(
                                ReplayAttributes.ORIGINAL_PUBLISH_TIME,
                                original.publishTime().toString())
                        .build())
                .build();
    }

    private SeenMessages.Kind add(Message message) {
        return seen.add(new ArchivedMessage(message, BlobName.of("b" + index / 2), index++))
                .kind();
    }

    @Test
    void equalMessagesAreCopiesAndOthersWithTheIdAreNot() {
        assertThat(add(message("1", "", 1))).isEqualTo(NEW);
        assertThat(add(message("1", "", 1))).isEqualTo(COPY);
        assertThat(add(message("1", "", 2))).isEqualTo(SAME_ID);
        assertThat(add(message("1", "", 2))).isEqualTo(COPY);
        assertThat(add(message("2", "", 1))).isEqualTo(NEW);
        assertThat(seen.contains(message("1", "", 2))).isTrue();
        assertThat(seen.contains(message("1", "", 3))).isFalse();
    }

    @Test
    void messagesOfTwoLogsAreDifferentAndALogThatIsNotKnownMayBeAny() {
        assertThat(add(message("1", "log-1", 1))).isEqualTo(NEW);
        assertThat(add(message("1", "log-2", 1))).isEqualTo(SAME_ID);
        assertThat(add(message("1", "log-2", 1))).isEqualTo(COPY);
        assertThat(add(message("1", "", 1))).isEqualTo(COPY);
        assertThat(add(message("2", "", 1))).isEqualTo(NEW);
        assertThat(add(message("2", "log-1", 1))).isEqualTo(COPY);
    }

    @Test
    void aClaimIsBelievedOnlyOfAMessageThatIsThere() {
        assertThat(add(claiming("7", message("1", "", 1)))).isEqualTo(NEW);
        assertThat(add(claiming("8", message("1", "", 1))))
                .as("two messages with the same forwarded attributes")
                .isEqualTo(SAME_ID);
        assertThat(add(message("1", "", 1))).as("what both of them claim to be").isEqualTo(COPY);
        assertThat(add(claiming("7", message("1", "", 1)))).isEqualTo(COPY);

        assertThat(add(message("2", "", 1))).isEqualTo(NEW);
        assertThat(add(claiming("9", message("2", "", 1)))).isEqualTo(COPY);
        assertThat(add(claiming("9", message("2", "", 2)))).isEqualTo(SAME_ID);
    }

    @Test
    void theEarlierPlaceIsThatOfTheMessageThatIsCopiedOrElseTheFirstWithTheId() {
        seen.add(new ArchivedMessage(message("1", "", 1), BlobName.of("a"), 5));
        seen.add(new ArchivedMessage(message("1", "", 2), BlobName.of("b"), 6));
        assertThat(seen.add(new ArchivedMessage(message("1", "", 2), BlobName.of("c"), 0))
                        .earlier())
                .hasValue(new SeenMessages.Place(SeenMessages.digest("b"), 6));
        assertThat(seen.add(new ArchivedMessage(message("1", "", 3), BlobName.of("c"), 1))
                        .earlier())
                .hasValue(new SeenMessages.Place(SeenMessages.digest("a"), 5));
    }

    /** With so little memory that most messages are in temporary files, and those are merged. */
    @Test
    void manyMessagesAreFoundAgainWhetherTheyShareAnIdOrNot() {
        seen = SeenMessages.within(1, folder);
        int many = 20_000;
        for (int i = 0; i < many; i++) {
            assertThat(add(message(Integer.toString(i), "", 0))).isEqualTo(NEW);
            assertThat(add(message("same", "", i))).isEqualTo(i == 0 ? NEW : SAME_ID);
        }
        for (int i = 0; i < many; i++) {
            assertThat(List.of(add(message(Integer.toString(i), "", 0)), add(message("same", "", i))))
                    .containsOnly(COPY);
        }
    }
}
