package dev.persistor.standalone.recovery;

import dev.persistor.core.replay.HttpPublisherProvider;
import dev.persistor.standalone.cli.Choice;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of an HTTP target. Not thread-safe. */
final class HttpOptions {

    /** The headers of a message. */
    enum Format {
        PERSISTOR,
        CLOUDEVENTS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--http-format",
            paramLabel = "FORMAT",
            converter = FormatName.class,
            description =
                    "The headers of a message over HTTP. persistor: persistor-id, persistor-attributes and so on, which"
                            + " hold the whole message and which persistor run accepts. cloudevents: the headers of a"
                            + " CloudEvent in binary mode in addition. Default: the environment variable"
                            + " PERSISTOR_HTTP_FORMAT, else persistor.")
    private @Nullable Format format;

    /** Tells whether there is any option that only a target of HTTP understands. */
    boolean areGiven() {
        return format != null;
    }

    /** Returns an environment that says what the options say. */
    Map<String, String> over(Map<String, String> environment) {
        if (format == null) {
            return environment;
        }
        Map<String, String> told = new HashMap<>(environment);
        told.put(HttpPublisherProvider.FORMAT, format.toString());
        return told;
    }

    /** For the option. */
    static final class FormatName extends Choice<Format> {
        FormatName() {
            super(Format.values());
        }
    }
}
