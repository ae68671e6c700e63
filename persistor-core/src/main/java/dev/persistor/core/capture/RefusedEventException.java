package dev.persistor.core.capture;

import dev.persistor.core.write.RejectedEvent;
import java.util.List;

/** Events cannot be understood and are not stored: their broker must not take them for archived. */
public final class RefusedEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    RefusedEventException(List<RejectedEvent> refused) {
        super(refused.size() + " event(s) refused: " + refused.get(0).reason());
        this.reason = refused.get(0).reason();
    }

    /** Returns the refusal of one event. */
    public static RefusedEventException of(RejectedEvent refused) {
        return new RefusedEventException(List.of(refused));
    }

    /** Returns what cannot be understood in the first of them: the field, its value, what is allowed. */
    public String reason() {
        return reason;
    }
}
