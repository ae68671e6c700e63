package dev.persistor.azure.amqp;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.codec.ReadableBuffer;

/**
 * An AMQP body in one section: a value that holds the list of the sections that the sender wrote. Azure's clients and the library
 * that they decode with hold one section of a body.
 *
 * <p>A body is wrapped if it has several sections, or one that is a null value, which Azure's clients do not read. A value of a
 * type that its sender described is wrapped too, so that no sender's value is taken for a list of sections.
 */
public final class WholeBody {

    private static final Symbol DESCRIPTOR = Symbol.valueOf("persistor:body");

    private static final int DESCRIBED = 0x00;
    private static final int NULL = 0x40;
    private static final int SMALL_ULONG = 0x53;
    private static final int ULONG = 0x80;
    private static final int SYMBOL_8 = 0xA3;
    private static final int SYMBOL_32 = 0xB3;
    private static final int LIST_32 = 0xD0;
    private static final int VALUE_SECTION = 0x77;

    private static final String FOOTER = "amqp:footer:map";
    /** The sections in front of the body. */
    private static final Set<String> HEAD = Set.of(
            "amqp:header:list",
            "amqp:delivery-annotations:map",
            "amqp:message-annotations:map",
            "amqp:properties:list",
            "amqp:application-properties:map");

    private enum Kind {
        HEAD,
        BODY,
        VALUE,
        FOOTER
    }

    /** The bytes before the body's sections in the value that holds them, up to the list's size. */
    private static final int PREFIX = 6 + "persistor:body".length() + 9;

    private WholeBody() {}

    /** Returns the sections that a value of a received body holds, if links wrapped it. */
    public static Optional<List<?>> sections(Object value) {
        return value instanceof DescribedType described
                        && DESCRIPTOR.equals(described.getDescriptor())
                        && described.getDescribed() instanceof List<?> sections
                ? Optional.of(sections)
                : Optional.empty();
    }

    /**
     * Returns an encoded message with its body in one section; empty if the clients read the body as it is.
     *
     * @param message all sections; it is read to its end
     */
    static Optional<byte[]> wrapped(ReadableBuffer message) {
        int first = message.position();
        int start = -1;
        int end = message.limit();
        int sections = 0;
        boolean unreadable = false;
        try {
            while (message.hasRemaining()) {
                int at = message.position();
                Kind kind = kind(message);
                if (kind == Kind.FOOTER) {
                    end = at;
                    break;
                }
                if (sections > 0 || kind != Kind.HEAD) {
                    start = sections == 0 ? at : start;
                    sections++;
                    unreadable |= kind == Kind.VALUE && isNullOrDescribed(message);
                }
                skipValue(message);
            }
        } catch (IllegalArgumentException | BufferUnderflowException malformed) {
            // The client decodes the same bytes next, and reports them.
            return Optional.empty();
        }
        return sections > 1 || unreadable
                ? Optional.of(wrapped(message, first, start, end, sections))
                : Optional.empty();
    }

    private static byte[] wrapped(ReadableBuffer message, int first, int start, int end, int sections) {
        byte[] name = DESCRIPTOR.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[message.limit() - first];
        message.position(first).get(all);
        ByteBuffer whole = ByteBuffer.allocate(all.length + PREFIX);
        whole.put(all, 0, start - first);
        whole.put(new byte[] {DESCRIBED, SMALL_ULONG, VALUE_SECTION, DESCRIBED, (byte) SYMBOL_8, (byte) name.length});
        whole.put(name);
        whole.put((byte) LIST_32).putInt(end - start + Integer.BYTES).putInt(sections);
        whole.put(all, start - first, all.length - (start - first));
        return whole.array();
    }

    /** Reads a section's descriptor. */
    private static Kind kind(ReadableBuffer message) {
        if (message.get() != DESCRIBED) {
            throw new IllegalArgumentException("not a section");
        }
        int format = message.get() & 0xFF;
        return switch (format) {
            case SMALL_ULONG -> kind(message.get() & 0xFF);
            case ULONG -> kind(message.getLong());
            case SYMBOL_8 -> kind(text(message, message.get() & 0xFF));
            case SYMBOL_32 -> kind(text(message, message.getInt()));
            default -> throw new IllegalArgumentException("not a descriptor");
        };
    }

    private static Kind kind(long code) {
        if (code == 0x78) {
            return Kind.FOOTER;
        }
        if (code == VALUE_SECTION) {
            return Kind.VALUE;
        }
        return code >= 0x70 && code <= 0x74 ? Kind.HEAD : Kind.BODY;
    }

    private static Kind kind(String name) {
        if (name.equals(FOOTER)) {
            return Kind.FOOTER;
        }
        if (name.equals("amqp:amqp-value:*")) {
            return Kind.VALUE;
        }
        return HEAD.contains(name) ? Kind.HEAD : Kind.BODY;
    }

    private static String text(ReadableBuffer message, int length) {
        byte[] text = new byte[checked(message, length)];
        message.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static int checked(ReadableBuffer message, int length) {
        if (length < 0 || length > message.remaining()) {
            throw new IllegalArgumentException("longer than the message");
        }
        return length;
    }

    private static boolean isNullOrDescribed(ReadableBuffer message) {
        int at = message.position();
        int format = message.get() & 0xFF;
        message.position(at);
        return format == NULL || format == DESCRIBED;
    }

    /** A described value is two values: its descriptor and what is described. */
    private static void skipValue(ReadableBuffer message) {
        for (int values = 1; values > 0; values--) {
            int format = message.get() & 0xFF;
            if (format == DESCRIBED) {
                values += 2;
            } else {
                int length = checked(message, length(message, format));
                message.position(message.position() + length);
            }
        }
    }

    /** The high half of a format code says how long the value is, or how many bytes its length has. */
    private static int length(ReadableBuffer message, int format) {
        return switch (format >>> 4) {
            case 0x4 -> 0;
            case 0x5 -> 1;
            case 0x6 -> 2;
            case 0x7 -> 4;
            case 0x8 -> 8;
            case 0x9 -> 16;
            case 0xA, 0xC, 0xE -> message.get() & 0xFF;
            case 0xB, 0xD, 0xF -> message.getInt();
            default -> throw new IllegalArgumentException("not a format code");
        };
    }
}
