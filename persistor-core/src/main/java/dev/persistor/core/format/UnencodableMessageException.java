package dev.persistor.core.format;

import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.Message;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A format cannot hold a message; trying again will not help. The others of its batch are not concerned. */
public final class UnencodableMessageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Message message;

    /**
     * Says which message, and why.
     *
     * @param unencodable the message, the very instance that was to be encoded
     * @param format the format's name
     * @param reason the field, what it is, what the format allows; never content
     */
    public UnencodableMessageException(Message unencodable, String format, String reason, @Nullable Throwable cause) {
        super(
                "the format " + format + " cannot hold message " + SafeText.line(unencodable.id()) + " of "
                        + SafeText.line(unencodable.source()) + ": " + reason,
                cause);
        this.message = Objects.requireNonNull(unencodable, "unencodable");
    }

    /** Returns the message that cannot be held. */
    public Message unencodable() {
        return message;
    }
}
