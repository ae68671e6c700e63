package dev.persistor.core.capture;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.persistor.core.write.RejectedEvent;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.IOException;

/**
 * An event or request cannot be understood. The message names the field, what it is and what is allowed, and becomes the
 * reason of a {@link RejectedEvent}.
 */
public final class MalformedEventException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says what cannot be understood. */
    public MalformedEventException(String message) {
        super(message);
    }

    /** Says what cannot be understood, and keeps what showed it. */
    public MalformedEventException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Says that something is not JSON, and where.
     *
     * @param what what was to be read, such as {@code the event}
     * @param failure what the parser threw; its text is left out, since it quotes what it cannot read, which may be payload
     */
    public static MalformedEventException notJson(String what, IOException failure) {
        if (failure instanceof StreamConstraintsException tooLarge) {
            // Its text holds numbers only: what is too long or too deep, and the limit.
            return new MalformedEventException(what + " exceeds a limit: " + tooLarge.getOriginalMessage());
        }
        if (failure instanceof JsonProcessingException notJson) {
            JsonLocation place = notJson.getLocation();
            return new MalformedEventException(what + " is not JSON, or has a field twice"
                    + (place == null ? "" : ", at line " + place.getLineNr() + ", column " + place.getColumnNr()));
        }
        return new MalformedEventException(what + " cannot be read: " + reason(failure), failure);
    }

    private static String reason(IOException failure) {
        if (failure instanceof EOFException) {
            return "it is truncated";
        }
        return failure instanceof CharConversionException
                ? "it is not UTF-8, UTF-16 or UTF-32 text"
                : "its bytes did not arrive";
    }

    /** Returns what cannot be understood, as a {@link RejectedEvent} wants it. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
