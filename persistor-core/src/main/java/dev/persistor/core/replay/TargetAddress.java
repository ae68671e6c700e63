package dev.persistor.core.replay;

import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.PercentEncoding;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The address of a target, such as {@code pubsub://project/topic}. {@code {source}} in it stands for the source of each message,
 * percent-encoded where an address needs it, so that each source goes to a target of its own.
 *
 * <p>Immutable.
 */
public final class TargetAddress {

    private static final String SOURCE = "{source}";
    private static final PercentEncoding IN_ADDRESS = PercentEncoding.keeping("-._~");
    /** The placeholder for an unknown source. It is a valid name for every target. */
    private static final String SAMPLE = "source";

    private final String text;

    private TargetAddress(String text) {
        this.text = text;
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not repeat it, as it may hold a secret
     */
    public static TargetAddress parse(String text) {
        TargetAddress address = new TargetAddress(text);
        address.of(SAMPLE);
        return address;
    }

    /** Tells whether each source has a target of its own. */
    public boolean isPerSource() {
        return text.contains(SOURCE);
    }

    /**
     * Returns the address for a source.
     *
     * @throws IllegalArgumentException if the source is {@code .} or {@code ..}, which would be another folder
     */
    public URI of(String source) {
        if (source.equals(".") || source.equals("..")) {
            throw new IllegalArgumentException("the source " + source + " cannot be part of an address");
        }
        try {
            return new URI(text.replace(SOURCE, IN_ADDRESS.encode(source)));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "the address is malformed at character " + (e.getIndex() + 1) + ": " + e.getReason());
        }
    }

    /** Returns the address for a message. */
    public URI of(Message message) {
        return of(message.source());
    }

    /** Returns the address for a source that is valid everywhere, to find out what kind of target it is. */
    public URI sample() {
        return of(SAMPLE);
    }

    /** Returns the address, with {@code {source}} as it is written, and without user, query and fragment. */
    @Override
    public String toString() {
        String mark = IN_ADDRESS.encode(SOURCE);
        return SafeText.address(of(SOURCE)).replace(mark, SOURCE);
    }
}
