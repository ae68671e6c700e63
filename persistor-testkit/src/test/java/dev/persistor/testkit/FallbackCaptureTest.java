package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.Delivery;
import dev.persistor.core.message.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FallbackCaptureTest {

    private @TempDir Path folder;

    @Test
    void aFallbackStoreThatFailsNowAndThenIsTriedAgain() throws IOException {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        // Where the folders of blobs are to be, there is a file: the first store takes nothing.
        Files.writeString(archive.resolve(".persistor"), "in the way");
        Map<String, String> environment = Map.of(
                "PERSISTOR_STORE",
                archive.toUri().toString(),
                "PERSISTOR_FALLBACK_STORE",
                "faulty:" + folder.resolve("fallback").toUri(),
                "PERSISTOR_RETRY_DEADLINE",
                "2m",
                "FAULTY_STORE_PROBABILITY",
                "0.5");
        List<Message> messages =
                Stream.generate(new MessageGenerator(3)::next).limit(30).toList();
        try (Capture capture = Capture.open(environment, List.of())) {
            for (Message message : messages) {
                capture.archive(Delivery.of(message));
            }
            assertThat(capture.counters().fellBack()).isGreaterThanOrEqualTo(30);
            assertThat(capture.counters().retried()).isPositive();
            assertThat(ArchiveComparison.of(messages, capture.fallbackStore().orElseThrow())
                            .isExact())
                    .isTrue();
        }
    }
}
