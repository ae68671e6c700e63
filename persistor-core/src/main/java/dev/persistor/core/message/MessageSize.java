package dev.persistor.core.message;

/** The approximate memory of a message in bytes, for memory bounds. Immutable. */
public final class MessageSize {

    /** Objects, their headers and their references. */
    private static final int EACH_MESSAGE = 512;

    private static final int EACH_ENTRY = 128;

    private MessageSize() {}

    /** Returns the bytes, payload included. */
    public static long of(Message message) {
        return (long) EACH_MESSAGE
                + message.payloadSize()
                + message.id().length()
                + of(message.attributes())
                + of(message.brokerProperties());
    }

    private static long of(Attributes attributes) {
        long bytes = 0;
        for (Attributes.Entry entry : attributes) {
            bytes += EACH_ENTRY + entry.name().length() + entry.value().text().length();
        }
        return bytes;
    }
}
