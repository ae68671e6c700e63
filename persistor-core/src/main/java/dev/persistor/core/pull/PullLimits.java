package dev.persistor.core.pull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import java.io.IOException;
import java.time.Duration;

/**
 * The limits of one run.
 *
 * <p>Immutable.
 *
 * @param messages how many messages it takes at most, 1 or more
 * @param duration how long it asks for messages
 * @param idle how long nothing may come before it ends
 * @param outstandingMessages how many messages it holds at a time, 1 or more
 * @param outstandingBytes how many bytes it holds before it asks for no more
 * @param grace how long it waits in the end for what it holds to become durable
 */
public record PullLimits(
        int messages,
        Duration duration,
        Duration idle,
        int outstandingMessages,
        long outstandingBytes,
        Duration grace) {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    /** An attempt that is under way when the deadline for retries passes is not cut off. */
    private static final Duration LAST_ATTEMPT = Duration.ofSeconds(10);

    /** A hundred years, which fit into nanoseconds. */
    private static final Duration ENDLESS = Duration.ofDays(36_500);

    private static final int SHOWN = 60;

    /** Returns what settings allow, which hold {@link PersistorSettings#all()} and {@link PullSettings#all()}. */
    public static PullLimits of(Settings settings) {
        return new PullLimits(
                settings.get(PullSettings.MESSAGES),
                settings.get(PullSettings.DURATION),
                settings.get(PullSettings.IDLE),
                settings.get(PullSettings.OUTSTANDING_MESSAGES),
                settings.get(PullSettings.OUTSTANDING_BYTES),
                settings.get(PersistorSettings.RETRY_DEADLINE)
                        .plus(settings.get(PersistorSettings.BATCH_LINGER))
                        .plus(LAST_ATTEMPT));
    }

    /**
     * Returns limits that let a run go on until it is {@linkplain PullRun#end() ended}.
     *
     * @param settings hold {@link PullSettings#OUTSTANDING_MESSAGES} and {@link PullSettings#OUTSTANDING_BYTES}
     * @param grace how long it waits in the end for what it holds to become durable
     */
    public static PullLimits endless(Settings settings, Duration grace) {
        return new PullLimits(
                Integer.MAX_VALUE,
                ENDLESS,
                ENDLESS,
                settings.get(PullSettings.OUTSTANDING_MESSAGES),
                settings.get(PullSettings.OUTSTANDING_BYTES),
                grace);
    }

    /** Returns these limits with another time for which nothing may come before the run ends. */
    public PullLimits withIdle(Duration other) {
        return new PullLimits(messages, duration, other, outstandingMessages, outstandingBytes, grace);
    }

    /**
     * Returns these limits, lowered as a request asks: {@code {"messages": 100, "seconds": 30}}, of which each may be left
     * out, as may all of it. A caller of a function cannot exceed its settings.
     *
     * @param json the body of the request
     * @throws MalformedEventException if it is something else, or asks for more; the reason names the field, its value and what
     *     is allowed
     */
    public PullLimits lowered(byte[] json) throws MalformedEventException {
        PullLimits lowered = this;
        try (JsonParser parser = JSON.createParser(json)) {
            JsonToken start = parser.nextToken();
            if (start == null) {
                return this;
            }
            require(start == JsonToken.START_OBJECT);
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                lowered = lowered.with(field, parser);
            }
            require(parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null);
        } catch (IOException e) {
            throw MalformedEventException.notJson("the request", e);
        }
        return lowered;
    }

    private PullLimits with(String field, JsonParser value) throws IOException, MalformedEventException {
        return switch (field) {
            case "messages" -> withMessages((int) number(value, field, messages));
            case "seconds" -> withDuration(Duration.ofSeconds(number(value, field, Math.max(1, duration.toSeconds()))));
            default ->
                throw new MalformedEventException(
                        shown(field) + " is not a limit; a request may set messages and seconds");
        };
    }

    private PullLimits withMessages(int fewer) {
        return new PullLimits(fewer, duration, idle, outstandingMessages, outstandingBytes, grace);
    }

    private PullLimits withDuration(Duration asked) {
        Duration shorter = asked.compareTo(duration) < 0 ? asked : duration;
        return new PullLimits(messages, shorter, idle, outstandingMessages, outstandingBytes, grace);
    }

    private static long number(JsonParser value, String field, long most) throws IOException, MalformedEventException {
        boolean whole = value.currentToken() == JsonToken.VALUE_NUMBER_INT;
        if (!whole || value.getNumberType() != JsonParser.NumberType.INT || outside(value.getIntValue(), most)) {
            throw new MalformedEventException(field + " is " + text(value) + "; it must be a whole number from 1 to "
                    + most + ", because a request can only lower the settings");
        }
        return value.getIntValue();
    }

    private static boolean outside(int number, long most) {
        return number < 1 || number > most;
    }

    private static String text(JsonParser value) throws IOException {
        return switch (value.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "\"" + shown(value.getText()) + "\"";
            default -> shown(value.getText());
        };
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static void require(boolean isOneObject) throws MalformedEventException {
        if (!isOneObject) {
            throw new MalformedEventException(
                    "the request must be one JSON object such as {\"messages\": 100, \"seconds\": 30}, or empty");
        }
    }
}
