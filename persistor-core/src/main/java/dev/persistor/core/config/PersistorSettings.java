package dev.persistor.core.config;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.naming.PathTemplate;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * The settings that every way of running Persistor has, as environment variables.
 *
 * <p>Immutable.
 */
public final class PersistorSettings {

    /** Where blobs go. */
    public static final Setting<URI> STORE = Setting.optional(
                    "PERSISTOR_STORE",
                    "The store that blobs go to.",
                    "an address such as gs://bucket/prefix, https://ACCOUNT.blob.core.windows.net/container/prefix or"
                            + " file:///folder",
                    PersistorSettings::address)
            .required();

    /** What messages' source is called. */
    public static final Setting<String> SOURCE = Setting.optional(
            "PERSISTOR_SOURCE",
            "The source that archived messages are filed under, in place of the subscription, hub or queue that they"
                    + " came from.",
            "a short name",
            Function.identity());

    /** How blobs are named. */
    public static final Setting<PathTemplate> PATH = Setting.optional(
                    "PERSISTOR_PATH",
                    "The template that names blobs.",
                    "a path template such as " + PathTemplate.DEFAULT,
                    PathTemplate::parse)
            .withDefault(PathTemplate.DEFAULT.toString());

    /** How messages become blobs. */
    public static final Setting<String> FORMAT = Setting.optional(
                    "PERSISTOR_FORMAT",
                    "How messages become blobs: raw stores each payload as it is, one blob a message.",
                    "raw",
                    PersistorSettings::format)
            .withDefault(RawFormat.NAME);

    /** How long a write is tried. */
    public static final Setting<Duration> RETRY_DEADLINE = Setting.optional(
                    "PERSISTOR_RETRY_DEADLINE",
                    "How long a write that fails is tried again before the message is given back to its broker. Keep"
                            + " it under the broker's acknowledgement deadline.",
                    "a duration such as 250ms, 8s or 4m, more than nothing",
                    Values::positiveDuration)
            .withDefault("8s");

    /** What becomes of events that cannot be understood. */
    public static final Setting<Boolean> QUARANTINE = Setting.optional(
                    "PERSISTOR_QUARANTINE",
                    "Whether an event that cannot be understood is stored under _quarantine/ as it came and then"
                            + " acknowledged; if not, it is refused each time that it comes.",
                    "true or false",
                    Values::bool)
            .withDefault("false");

    private PersistorSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(STORE, SOURCE, PATH, FORMAT, RETRY_DEADLINE, QUARANTINE);
    }

    private static URI address(String text) {
        URI address = URI.create(text.strip());
        if (address.getScheme() == null) {
            throw new IllegalArgumentException("it has no scheme");
        }
        return address;
    }

    private static String format(String text) {
        if (!text.strip().equals(RawFormat.NAME)) {
            throw new IllegalArgumentException("no such format");
        }
        return RawFormat.NAME;
    }
}
