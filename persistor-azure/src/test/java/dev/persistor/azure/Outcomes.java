package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What became of a message. */
final class Outcomes {

    private Outcomes() {}

    /** Waits for the failure of a message, which must fail. */
    static PublishException failure(CompletableFuture<Published> future) {
        @Nullable
        Throwable failure = future.handle((published, thrown) -> thrown).join();
        assertThat(failure).as("the message fails").isInstanceOf(PublishException.class);
        return (PublishException) Objects.requireNonNull(failure);
    }
}
