package dev.persistor.standalone.explore;

import dev.persistor.standalone.cli.Text;

/** A request that cannot be answered as it is. The message names the parameter, its value and what is allowed. */
final class BadRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(String message) {
        this(400, message);
    }

    BadRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }

    /** Returns the refusal of a parameter's value. */
    static BadRequestException of(String parameter, String value, String allowed) {
        String shown = Text.shortened(value, 100);
        return new BadRequestException("the parameter '" + parameter + "' is '" + shown + "'; allowed is " + allowed);
    }
}
