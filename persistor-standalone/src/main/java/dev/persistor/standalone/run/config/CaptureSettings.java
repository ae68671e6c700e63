package dev.persistor.standalone.run.config;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import dev.persistor.core.pull.PullSettings;
import java.util.Arrays;
import java.util.List;

/**
 * The settings of a capture of {@code persistor run} beside those of every way of running Persistor, and those that have another default
 * there: it is in no hurry to give a message back, since what it holds is its own for as long as it runs, and it has a
 * process's memory.
 *
 * <p>Immutable.
 */
public final class CaptureSettings {

    private static final int MOST_MESSAGES = 1_000_000;
    private static final int MOST_ATTRIBUTES = 100_000;

    /** The kind of source. */
    public static final Setting<String> FROM = Setting.optional(
                    "PERSISTOR_FROM",
                    "Where the messages come from.",
                    "pubsub, event-hubs, service-bus, kafka or http",
                    String::strip)
            .required();

    /** The tokens of HTTP senders. */
    public static final Setting<List<String>> HTTP_TOKEN = Setting.optional(
                    "PERSISTOR_HTTP_TOKEN",
                    "The token that senders must send as \"Authorization: Bearer TOKEN\". Each token of a list is"
                            + " valid, so that a new one can replace an old one. Without it and"
                            + " PERSISTOR_HTTP_TOKEN_FILE, everyone who can reach the address may send.",
                    "tokens separated by commas, of visible ASCII without commas",
                    CaptureSettings::tokens)
            .secret()
            .refusedWhenBlank();

    /** The file with the tokens of HTTP senders. */
    public static final Setting<TokenFile> HTTP_TOKEN_FILE = Setting.optional(
                    "PERSISTOR_HTTP_TOKEN_FILE",
                    "A file with such tokens, one on each line. It is read again while the process runs, so that tokens"
                            + " can change without a restart.",
                    "the path of a readable file with at least one token",
                    TokenFile::parse)
            .refusedWhenBlank();

    /** The maximum size of a request. */
    public static final Setting<Long> HTTP_BODY = Setting.optional(
                    "PERSISTOR_HTTP_BODY",
                    "The maximum size of a request body. Compressed lines count with their decompressed size.",
                    "a size such as 1MiB or 16MiB, at most 256MiB",
                    CaptureSettings::body)
            .withDefault("16MiB");

    /** The maximum number of messages in a request. */
    public static final Setting<Integer> HTTP_MESSAGES = Setting.optional(
                    "PERSISTOR_HTTP_MESSAGES",
                    "The maximum number of messages in a request.",
                    "a whole number from 1 to " + MOST_MESSAGES,
                    text -> Values.numberUpTo(MOST_MESSAGES, text))
            .withDefault("10000");

    /** The maximum number of attributes of a message. */
    public static final Setting<Integer> HTTP_ATTRIBUTES = Setting.optional(
                    "PERSISTOR_HTTP_ATTRIBUTES",
                    "The maximum number of attributes of a message sent by HTTP, and of broker properties.",
                    "a whole number from 1 to " + MOST_ATTRIBUTES,
                    text -> Values.numberUpTo(MOST_ATTRIBUTES, text))
            .withDefault("1000");

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
        return List.of(FROM, HTTP_TOKEN, HTTP_TOKEN_FILE, HTTP_BODY, HTTP_MESSAGES, HTTP_ATTRIBUTES);
    }

    /** Returns those of a capture from a broker. */
    public static List<Setting<?>> ofFeeds() {
        return List.of(RETRY_DEADLINE, BATCH_MEMORY, QUARANTINE, OUTSTANDING_MESSAGES, OUTSTANDING_BYTES);
    }

    /** Returns those of a capture by HTTP. */
    public static List<Setting<?>> ofHttp() {
        return List.of(
                HTTP_RETRY_DEADLINE,
                BATCH_MEMORY,
                HTTP_TOKEN,
                HTTP_TOKEN_FILE,
                HTTP_BODY,
                HTTP_MESSAGES,
                HTTP_ATTRIBUTES);
    }

    private static List<String> tokens(String text) {
        return Arrays.stream(text.split(",", -1)).map(CaptureSettings::token).toList();
    }

    /** Checks one token; the message of the exception does not show it. */
    static String token(String text) {
        String token = text.strip();
        if (token.isEmpty()) {
            throw new IllegalArgumentException("a token is empty");
        }
        if (token.chars().anyMatch(c -> c <= ' ' || c > '~' || c == ',')) {
            throw new IllegalArgumentException("a token has a character other than visible ASCII, or a comma");
        }
        return token;
    }

    private static long body(String text) {
        long size = Values.positiveSize(text);
        if (size > LARGEST_BODY) {
            throw new IllegalArgumentException("too large");
        }
        return size;
    }
}
