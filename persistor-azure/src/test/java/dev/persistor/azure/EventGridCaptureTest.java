package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.Delivery;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events of Event Grid, from their JSON to the archive and back. */
class EventGridCaptureTest {

    static Stream<String> members() {
        return Stream.of(
                        "\"id\":\"\\ud800\",\"source\":\"/s\"",
                        "\"id\":\"1\",\"source\":\"\\ud800\"",
                        "\"id\":\"..\",\"source\":\"..\"",
                        "\"id\":\"a/b\\\\c\\n\\u0000\",\"source\":\"x\\u0000\\t\"",
                        "\"id\":\"" + "i".repeat(1 << 20) + "\",\"source\":\"" + "s".repeat(1 << 20) + "\"",
                        "\"id\":\"1\",\"source\":\"/s\",\"\":1,\"\\ud800\":2,\"n\":1e999999999999,\"x\":{\"a\":[1,1.50]}",
                        "\"id\":\"1\",\"source\":\"/s\",\"time\":\"0000-01-01T00:00:00Z\"",
                        "\"id\":\"1\",\"source\":\"/s\",\"time\":\"9999-12-31T23:59:59.999999999Z\"")
                .map(members -> "{" + members + ",\"data\":{ \"a\":\"\\ud800\" }}");
    }

    @ParameterizedTest
    @MethodSource("members")
    void whatIsOddIsArchivedOnceAndComesBackAsItWasRead(String event) {
        for (String format : List.of("raw", "jsonl")) {
            try (BlobStore store = BlobStore.over(new MemoryDriver());
                    Capture capture = Capture.over(
                            store,
                            Settings.read(
                                    Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_FORMAT", format),
                                    PersistorSettings.all()))) {
                Delivery delivery = EventGridEvents.read(event, Optional.empty());
                assertThat(delivery.rejected()).isEmpty();
                capture.archive(delivery);
                capture.archive(EventGridEvents.read(event, Optional.empty()));
                Message message = delivery.messages().get(0);
                assertThat(StoredMessages.in(store)).as(format).containsExactly(message);
            }
        }
    }
}
