package dev.persistor.core.batch;

import java.time.Duration;
import java.util.Objects;

/**
 * The bounds of a batch, and of all held messages.
 *
 * <p>Defaults of {@link #upTo}: 8 MiB a batch, a linger of 250 ms, 64 MiB held.
 *
 * <p>Immutable.
 *
 * @param maxMessages the most messages of a batch, 1 or more; 1 means that there are no batches
 * @param maxBytes the most bytes of a batch, 1 or more; a single message of more goes alone
 * @param linger how long a batch waits for more after its first message, more than 0
 * @param maxHeldBytes the most bytes of messages that wait or are being written at a time, at least {@code maxBytes};
 *     callers beyond the limit block
 */
public record Batching(int maxMessages, long maxBytes, Duration linger, long maxHeldBytes) {

    private static final long MIB = 1024 * 1024;
    private static final Batching OFF = upTo(1);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if one is out of its range; the message names it
     */
    public Batching {
        Objects.requireNonNull(linger, "linger");
        if (maxMessages < 1) {
            throw new IllegalArgumentException("a batch must hold 1 message or more, not " + maxMessages);
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("a batch must hold 1 byte or more, not " + maxBytes);
        }
        if (linger.isZero() || linger.isNegative()) {
            throw new IllegalArgumentException("the linger of a batch must be more than 0, not " + linger);
        }
        if (maxHeldBytes < maxBytes) {
            throw new IllegalArgumentException("at least one batch of " + maxBytes + " bytes must be held, and only "
                    + maxHeldBytes + " bytes may be");
        }
    }

    /** Returns no batching: each message for itself. */
    public static Batching off() {
        return OFF;
    }

    /** Returns batches of so many messages at most. */
    public static Batching upTo(int maxMessages) {
        return new Batching(maxMessages, 8 * MIB, Duration.ofMillis(250), 64 * MIB);
    }

    /** Returns these bounds with so many bytes a batch at most. */
    public Batching orBytes(long maxBytes) {
        return new Batching(maxMessages, maxBytes, linger, Math.max(maxBytes, maxHeldBytes));
    }

    /** Returns these bounds with so long a wait for more at most. */
    public Batching orAfter(Duration linger) {
        return new Batching(maxMessages, maxBytes, linger, maxHeldBytes);
    }

    /** Returns these bounds with so many bytes held in all at most. */
    public Batching holding(long maxHeldBytes) {
        return new Batching(maxMessages, maxBytes, linger, maxHeldBytes);
    }

    /** Tells whether there are batches at all. */
    public boolean isOn() {
        return maxMessages > 1;
    }
}
