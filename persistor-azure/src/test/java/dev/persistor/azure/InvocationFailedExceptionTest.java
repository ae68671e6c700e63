package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class InvocationFailedExceptionTest {

    @Test
    void itIsItsOwnRootCauseAndKeepsWhatFailed() {
        RuntimeException failure = new IllegalStateException("4 message(s) not persisted", new IOException("reset"));
        assertThat(new InvocationFailedException(failure))
                .hasMessage("4 message(s) not persisted")
                .hasNoCause()
                .hasSuppressedException(failure);
    }
}
