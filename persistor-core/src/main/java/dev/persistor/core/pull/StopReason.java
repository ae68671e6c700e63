package dev.persistor.core.pull;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a run ended, in the order in which one of them outweighs another when reports are summed: failure does most. */
public enum StopReason {
    /** Nothing came for as long as the idle time-out says. */
    IDLE,
    /** Its time was over. */
    DURATION,
    /** It had as many messages as it may. */
    MESSAGES,
    /** It was told to end. */
    ENDED,
    /** A message could not be made durable, or the broker gave none. */
    FAILURE;

    /** Returns how a report spells it, such as {@code idle}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the reason that is spelt so. */
    static Optional<StopReason> ofLabel(String label) {
        return Stream.of(values())
                .filter(reason -> reason.label().equals(label))
                .findFirst();
    }
}
