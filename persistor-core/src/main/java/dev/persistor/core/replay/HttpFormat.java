package dev.persistor.core.replay;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The headers of a posted message. Immutable. */
enum HttpFormat {
    /** All of the message, in headers such as {@code persistor-id}. */
    PERSISTOR,
    /** The same, and beside them the headers of a CloudEvent in binary mode, for consumers of CloudEvents. */
    CLOUDEVENTS;

    Map<String, String> headers(Message message) {
        Map<String, String> headers = RawFormat.describe(message);
        if (this == CLOUDEVENTS) {
            headers.putAll(CloudEventHeaders.of(message));
        }
        return headers;
    }

    /**
     * Returns the format of this name.
     *
     * @throws IllegalArgumentException if there is none; the message has the text and the names that are allowed
     */
    static HttpFormat named(String setting, String text) {
        return Arrays.stream(values())
                .filter(format -> format.label().equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(setting + " is \"" + text + "\"; it must be "
                        + Arrays.stream(values()).map(HttpFormat::label).collect(Collectors.joining(" or "))));
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
