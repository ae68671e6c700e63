package dev.persistor.core;

import java.util.List;

/** Events cannot be understood and are not stored: their broker must not take them for archived. */
public final class RefusedEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedEventException(List<RejectedEvent> refused) {
        super(refused.size() + " event(s) refused: " + refused.get(0).reason());
    }
}
