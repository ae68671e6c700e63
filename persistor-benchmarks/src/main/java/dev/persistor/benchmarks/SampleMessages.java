package dev.persistor.benchmarks;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Messages such as Pub/Sub delivers: an id of 16 digits, a publish time in milliseconds, three attributes, and 1 KiB of
 * JSON. The same for each run.
 */
public final class SampleMessages {

    /** How many bytes each payload has. */
    public static final int PAYLOAD_BYTES = 1024;

    private static final long FIRST_ID = 9_718_374_650_112_233L;
    private static final Instant FIRST_PUBLISHED = Instant.parse("2026-01-31T12:34:56.789Z");
    private static final String[] WORDS = {
        "customer", "Zagreb", "delivered", "2026-01-31", "invoice", "Größe", "pending", "42.50", "EUR", "warehouse"
    };

    private static final String REST = ",\"rest\":\"";
    private static final String END = "\"}";

    private SampleMessages() {}

    /** Returns so many messages, published one a millisecond. */
    public static List<Message> of(int count) {
        Random random = new Random(1);
        return IntStream.range(0, count)
                .mapToObj(number -> message(number, random))
                .toList();
    }

    private static Message message(int number, Random random) {
        return Message.builder()
                .id(Long.toString(FIRST_ID + 7L * number))
                .source("orders")
                .publishTime(FIRST_PUBLISHED.plusMillis(number))
                .attributes(Attributes.builder()
                        .add("eventType", "order.created")
                        .add("schemaVersion", "3")
                        .add(
                                "traceparent",
                                "00-%016x%016x-%016x-01"
                                        .formatted(random.nextLong(), random.nextLong(), random.nextLong()))
                        .build())
                .payload(payload(number, random))
                .build();
    }

    /** Returns the payload of a number, on one line, which begins with the number; of what else is in it, the source of chance decides. */
    public static byte[] payload(int number, Random random) {
        StringBuilder json =
                new StringBuilder(PAYLOAD_BYTES).append("{\"order\":").append(number);
        int bytes = json.length();
        for (int field = 0; ; field++) {
            String next = ",\"field" + field + "\":\"" + WORDS[random.nextInt(WORDS.length)] + " "
                    + random.nextInt(1_000_000) + "\"";
            int more = bytes(next).length;
            if (bytes + more + REST.length() + END.length() > PAYLOAD_BYTES) {
                break;
            }
            json.append(next);
            bytes += more;
        }
        int left = PAYLOAD_BYTES - bytes - REST.length() - END.length();
        json.append(REST).append("x".repeat(left)).append(END);
        return bytes(json.toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
