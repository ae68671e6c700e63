package dev.persistor.testkit.azure;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger hands to a function: its data and the metadata beside it, as the host sends them to the worker. Made
 * from an event as its broker has it, by {@link EventHubsBatch}, {@link ServiceBusBatch} or {@link #eventGridEvent}.
 *
 * <p>Immutable.
 */
public final class HostedInvocation {

    private static final int REPLACEMENT = 0xFFFD;

    private final TypedData data;
    private final Map<String, TypedData> metadata;

    private HostedInvocation(TypedData data, Map<String, TypedData> metadata) {
        this.data = data;
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    static HostedInvocation of(TypedData data, Map<String, TypedData> metadata) {
        return new HostedInvocation(data, new LinkedHashMap<>(metadata));
    }

    /** Metadata that is null is not sent at all. */
    static HostedInvocation ofValues(Object data, Map<String, ? extends @Nullable Object> metadata) {
        Map<String, TypedData> sent = new LinkedHashMap<>();
        metadata.forEach((name, value) -> {
            if (value != null) {
                sent.put(name, TypedData.of(value));
            }
        });
        return new HostedInvocation(TypedData.of(data), sent);
    }

    /**
     * Makes the invocation of an Event Grid trigger. The host reads the event and writes it again: indented, without the
     * zeros at the end of a fraction of a second, a time with an offset as the same time in UTC, floating-point numbers
     * and escapes in its own spelling, U+FFFD for an unpaired surrogate, and of a name that is there twice the last value.
     *
     * <p>Taken for times are the texts of RFC 3339, to seven digits of a second, and those without a zone. The host
     * knows more spellings; they are left alone here.
     *
     * @param json one event, in the schema of Event Grid or of CloudEvents
     * @throws IllegalArgumentException if it is not a JSON object
     */
    public static HostedInvocation eventGridEvent(String json) {
        try {
            Map<String, @Nullable Object> event = JsonTree.readObject(json);
            Map<String, @Nullable Object> read = new LinkedHashMap<>();
            event.forEach((name, value) -> read.put(paired(name), withTimes(value)));
            Map<String, TypedData> metadata = read.containsKey("data")
                    ? Map.of("data", new TypedData.Json(HostJson.compact(read.get("data"))))
                    : Map.of();
            return of(TypedData.of(HostJson.indented(read)), metadata);
        } catch (IOException e) {
            throw new IllegalArgumentException("an Event Grid event is a JSON object", e);
        }
    }

    private static @Nullable Object withTimes(@Nullable Object value) {
        if (value instanceof String text) {
            return HostTimes.parse(paired(text));
        }
        if (value instanceof Map<?, ?> object) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            object.forEach((name, inner) -> copy.put(paired((String) name), withTimes(inner)));
            return copy;
        }
        if (value instanceof List<?> array) {
            return array.stream()
                    .<@Nullable Object>map(HostedInvocation::withTimes)
                    .toList();
        }
        return value;
    }

    /** gRPC's texts are UTF-8, which has no bytes for half of a surrogate pair. */
    private static String paired(String text) {
        int[] codePoints = text.codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? REPLACEMENT : point)
                .toArray();
        return new String(codePoints, 0, codePoints.length);
    }

    TypedData data() {
        return data;
    }

    Map<String, TypedData> metadata() {
        return metadata;
    }
}
