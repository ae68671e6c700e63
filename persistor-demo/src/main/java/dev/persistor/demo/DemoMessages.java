package dev.persistor.demo;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.testkit.MessageGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes the messages that the demo sends: text, binary, broken UTF-8, nothing at all, now and then 1 MiB; attributes
 * that are hard to keep. Everything comes from the seed, publish times too, so that the same seed gives the same blobs.
 *
 * <p>Not thread-safe.
 */
final class DemoMessages {

    static final int LARGE = 1 << 20;

    private static final Instant FIRST_PUBLISHED = Instant.parse("2026-01-31T00:00:00Z");
    private static final int MOST_MILLIS_BETWEEN = 10_000;
    private static final long FIRST_ID = 7_000_000_000_000_000L;
    private static final int ONE_LARGE_IN = 50;
    /** All payloads are in memory until the archive is compared with them. */
    private static final int MOST_LARGE = 40;

    private static final int MOST_ATTRIBUTES = 5;
    /** Pub/Sub takes 256 bytes in a key, and a code point has 4 at most. */
    private static final int MOST_CODE_POINTS_IN_A_NAME = 60;

    private final Random random;
    private final MessageGenerator generator;
    private Instant published = FIRST_PUBLISHED;
    private int made;

    private DemoMessages(long seed) {
        this.random = new Random(seed);
        this.generator = new MessageGenerator(seed);
    }

    static List<Message> of(int count, long seed) {
        DemoMessages messages = new DemoMessages(seed);
        List<Message> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(messages.next());
        }
        return all;
    }

    private Message next() {
        published = published.plus(Duration.ofMillis(random.nextInt(MOST_MILLIS_BETWEEN)));
        Message message = Message.builder()
                .id(Long.toString(FIRST_ID + made))
                .source("orders")
                .publishTime(published)
                .payload(isLarge() ? generator.bytes(LARGE) : generator.payload())
                .attributes(attributes())
                .orderingKey(random.nextInt(3) == 0 ? wellFormed(generator.text()) : null)
                .build();
        made++;
        return message;
    }

    /** The first is, so that a short demo has one too. */
    private boolean isLarge() {
        return made % ONE_LARGE_IN == 0 && made / ONE_LARGE_IN < MOST_LARGE;
    }

    private Attributes attributes() {
        Map<String, String> attributes = new TreeMap<>();
        int count = random.nextInt(MOST_ATTRIBUTES + 1);
        for (int i = 0; i < count; i++) {
            String name = shortened(wellFormed(generator.text()));
            if (!name.isEmpty()) {
                attributes.put(name, wellFormed(generator.text()));
            }
        }
        return Attributes.ofUnordered(attributes);
    }

    /** Brokers that speak JSON in UTF-8 cannot hold a lone surrogate, so no sender can give them one. */
    private static String wellFormed(String text) {
        return text.codePoints()
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String shortened(String name) {
        int codePoints = Math.min(name.codePointCount(0, name.length()), MOST_CODE_POINTS_IN_A_NAME);
        return name.substring(0, name.offsetByCodePoints(0, codePoints));
    }
}
