package dev.persistor.standalone.run.config;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import dev.persistor.core.pull.PullSettings;
import java.util.List;

/**
 * The settings of a capture of {@code persistor run} beside those of every way of running Persistor, and those that have another default
 * there: it is in no hurry to give a message back, since what it holds is its own for as long as it runs, and it has a
 * process's memory.
 *
 * <p>Immutable.
 */
public final class CaptureSettings {

    /** What is captured from. */
    public static final Setting<String> FROM = Setting.optional(
                    "PERSISTOR_FROM",
                    "What messages are captured from.",
                    "pubsub, event-hubs, service-bus, kafka or http",
                    String::strip)
            .required();

    /** Who may send by HTTP. */
    public static final Setting<String> HTTP_TOKEN = Setting.optional(
                    "PERSISTOR_HTTP_TOKEN",
                    "What a sender must show as \"Authorization: Bearer TOKEN\"; without it, whoever reaches the address may"
                            + " send.",
                    "any text without blanks",
                    CaptureSettings::token)
            .secret();

    /** How large a request may be. */
    public static final Setting<Long> HTTP_BODY = Setting.optional(
                    "PERSISTOR_HTTP_BODY",
                    "How large a request may be.",
                    "a size such as 1MiB or 16MiB, at most 256MiB",
                    CaptureSettings::body)
            .withDefault("16MiB");

    private static final long LARGEST_BODY = 256L << 20;

    private static final Setting<?> RETRY_DEADLINE = PersistorSettings.RETRY_DEADLINE.withDefault("15m");
    private static final Setting<?> HTTP_RETRY_DEADLINE = PersistorSettings.RETRY_DEADLINE.withDefault("20s");
    private static final Setting<?> BATCH_MEMORY = PersistorSettings.BATCH_MEMORY.withDefault("64MiB");
    private static final Setting<?> QUARANTINE = PersistorSettings.QUARANTINE.withDefault("true");
    private static final Setting<?> OUTSTANDING_MESSAGES = PullSettings.OUTSTANDING_MESSAGES.withDefault("10000");
    private static final Setting<?> OUTSTANDING_BYTES = PullSettings.OUTSTANDING_BYTES.withDefault("64MiB");

    private CaptureSettings() {}

    /** Returns those that no other way of running Persistor has, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(FROM, HTTP_TOKEN, HTTP_BODY);
    }

    /** Returns those of a capture from a broker. */
    public static List<Setting<?>> ofFeeds() {
        return List.of(RETRY_DEADLINE, BATCH_MEMORY, QUARANTINE, OUTSTANDING_MESSAGES, OUTSTANDING_BYTES);
    }

    /** Returns those of a capture by HTTP. */
    public static List<Setting<?>> ofHttp() {
        return List.of(HTTP_RETRY_DEADLINE, BATCH_MEMORY, HTTP_TOKEN, HTTP_BODY);
    }

    private static String token(String text) {
        String token = text.strip();
        if (token.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("it has blanks");
        }
        return token;
    }

    private static long body(String text) {
        long size = Values.positiveSize(text);
        if (size > LARGEST_BODY) {
            throw new IllegalArgumentException("it is more");
        }
        return size;
    }
}
