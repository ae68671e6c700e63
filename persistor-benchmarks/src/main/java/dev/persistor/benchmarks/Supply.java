package dev.persistor.benchmarks;

import dev.persistor.core.message.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The messages of one turn, which its callers share. Each has an id of its own.
 *
 * <p>Thread-safe.
 */
final class Supply {

    private static final List<Message> SAMPLE = SampleMessages.of(1_000);

    private final String turn;
    private final int count;
    private final AtomicInteger taken = new AtomicInteger();

    /** Makes a supply of so many messages, whose ids begin with the turn's name. */
    Supply(String turn, int count) {
        this.turn = turn;
        this.count = count;
    }

    int count() {
        return count;
    }

    /** Returns the next message, or nothing when they are used up. */
    Optional<Message> next() {
        int number = taken.getAndIncrement();
        if (number >= count) {
            return Optional.empty();
        }
        Message sample = SAMPLE.get(number % SAMPLE.size());
        return Optional.of(sample.toBuilder().id(turn + "-" + number).build());
    }
}
