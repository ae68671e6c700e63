package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogFormatsTest {

    private static LogRecord entry(String message) {
        LogRecord entry = new LogRecord(Level.SEVERE, message);
        entry.setLoggerName("dev.persistor");
        entry.setInstant(Instant.parse("2026-01-31T02:10:00Z"));
        return entry;
    }

    @Test
    void aLineBreakInAnIdForgesNoLine() {
        LogRecord entry = entry("Not persisted: 1\n2026-01-31T02:10:00Z INFO dev.persistor: all is well");
        entry.setThrown(new IOException("id 1\n2026-01-31T02:10:00Z INFO dev.persistor: all is well"));
        assertThat(new TextLog().format(entry).lines())
                .hasSizeGreaterThan(3)
                .first()
                .isEqualTo("2026-01-31T02:10:00Z ERROR dev.persistor: Not persisted:"
                        + " 1\\u000a2026-01-31T02:10:00Z INFO dev.persistor: all is well");
        assertThat(new TextLog().format(entry).lines().skip(1)).allMatch(line -> line.startsWith("  "));
        assertThat(new JsonLog().format(entry).lines()).hasSize(1);
    }

    @Test
    void secretsOfOtherLibrariesAreHiddenInMessagesAndStackTraces() {
        LogRecord entry = entry("PUT https://host/upload?upload_id=s3cret failed");
        entry.setThrown(new IllegalStateException(
                "x", new IOException("Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=s3cret=")));
        for (Formatter format : List.of(new TextLog(), new JsonLog())) {
            assertThat(format.format(entry))
                    .contains("https://host/upload?***", "SharedAccessKey=***")
                    .doesNotContain("s3cret");
        }
    }
}
