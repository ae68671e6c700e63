package dev.persistor.testkit;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/**
 * Generates messages that are hard to keep: binary and broken text, nothing at all, names that look like paths,
 * attributes of every type. The same seed gives the same messages.
 *
 * <p>Not thread-safe.
 */
public final class MessageGenerator {

    private static final String[] HOSTILE = {
        "",
        " ",
        ".",
        "..",
        "../../etc/passwd",
        "/",
        "\\",
        "a/b",
        "%2F",
        "%",
        "~",
        "_x",
        "\u0000",
        "a\r\nb: c",
        "é",
        "😀",
        "\uD800",
        "\uDFFF",
        "\"quoted\"",
        "{id}",
        "CON",
        "x".repeat(300),
        "\u202Ertl",
        "\uFFFD",
        "a'b\"c`d",
        "key=value"
    };

    private final Random random;
    private long next;

    /** Starts a sequence of messages. */
    public MessageGenerator(long seed) {
        this.random = new Random(seed);
    }

    /** Returns the next message: any payload, any attributes, an id that no other message of the sequence has. */
    public Message next() {
        return next(payload());
    }

    /** Returns the next message with the given payload, which must not be changed from now on. */
    public Message next(byte[] payload) {
        long number = next++;
        Message.Builder message = Message.builder()
                .id(random.nextBoolean() ? Long.toString(1_000_000 + number) : text() + "#" + number)
                .source(random.nextInt(4) == 0 ? "source " + text() : "orders")
                .publishTime(Instant.parse("2026-01-31T00:00:00Z")
                        .plusNanos(Math.floorMod(random.nextLong(), 7_200_000_000_000L)))
                .payload(payload)
                .attributes(attributes());
        if (random.nextInt(3) == 0) {
            message.orderingKey(text());
        }
        if (random.nextInt(3) == 0) {
            message.position(
                    new Position(random.nextBoolean() ? "" : text(), "p" + text(), random.nextLong() & Long.MAX_VALUE));
        }
        if (random.nextInt(3) == 0) {
            message.deliveryAttempt(1 + random.nextInt(5));
        }
        if (random.nextInt(3) == 0) {
            message.brokerProperties(attributes());
        }
        return message.build();
    }

    /** Returns a payload of some kilobytes at most: text, binary, broken UTF-8, or nothing. */
    public byte[] payload() {
        return switch (random.nextInt(5)) {
            case 0 -> new byte[0];
            case 1 -> ("{\"order\": " + random.nextInt() + ", \"note\": \"é😀\"}").getBytes(StandardCharsets.UTF_8);
            case 2 -> new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF, (byte) random.nextInt()};
            case 3 -> allBytes();
            default -> bytes(random.nextInt(4_096));
        };
    }

    /** Returns that many random bytes. */
    public byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Returns each of the 256 values of a byte, in order. */
    public static byte[] allBytes() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    /** Returns text that is hard to keep. */
    public String text() {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + random.nextInt(3);
        for (int i = 0; i < pieces; i++) {
            text.append(HOSTILE[random.nextInt(HOSTILE.length)]);
        }
        return text.toString();
    }

    /** Returns attributes of any type, names repeated and hostile ones included. */
    public Attributes attributes() {
        Attributes.Builder attributes = Attributes.builder();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            attributes.add(random.nextInt(3) == 0 ? "repeated" : text(), value());
        }
        return attributes.build();
    }

    private AttributeValue value() {
        AttributeValue.Type[] types = AttributeValue.Type.values();
        return switch (types[random.nextInt(types.length)]) {
            case NULL -> AttributeValue.ofNull();
            case STRING -> AttributeValue.of(text());
            case BOOLEAN -> AttributeValue.of(random.nextBoolean());
            case INT -> AttributeValue.of(random.nextInt());
            case LONG -> AttributeValue.of(random.nextLong());
            case FLOAT -> AttributeValue.of(Float.intBitsToFloat(random.nextInt()));
            case DOUBLE -> AttributeValue.of(Double.longBitsToDouble(random.nextLong()));
            case DECIMAL ->
                AttributeValue.of(new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(40)));
            case TIMESTAMP -> AttributeValue.of(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)));
            case DURATION -> AttributeValue.of(Duration.ofNanos(random.nextLong()));
            case UUID -> AttributeValue.of(new UUID(random.nextLong(), random.nextLong()));
            case BYTES -> AttributeValue.of(bytes(random.nextInt(64)));
            case JSON -> AttributeValue.ofJson("{\"nested\": [1, 1.0, \"é\"]}");
        };
    }
}
