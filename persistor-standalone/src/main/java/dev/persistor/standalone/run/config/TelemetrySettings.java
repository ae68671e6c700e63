package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Values;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code persistor run} sends to an OpenTelemetry collector. The names and values are those of OpenTelemetry's specification, so
 * that a platform that sets them for all of its processes sets them for Persistor too.
 *
 * <p>Immutable.
 */
public final class TelemetrySettings {

    private static final String PREFIX = "OTEL_";
    private static final String ADDRESS = "an http or https address such as http://collector:4318";

    /** Which traces are recorded. */
    public enum Sampler {
        /** All. */
        ALWAYS_ON,
        /** None. */
        ALWAYS_OFF,
        /** A share of all. */
        TRACEIDRATIO,
        /** Those that the sender records, and all that have no sender's trace. */
        PARENTBASED_ALWAYS_ON,
        /** Those that the sender records. */
        PARENTBASED_ALWAYS_OFF,
        /** Those that the sender records, and a share of those that have no sender's trace. */
        PARENTBASED_TRACEIDRATIO;

        private static final String NAMES = Arrays.stream(values())
                .map(sampler -> sampler.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));

        private static Sampler parse(String text) {
            return Arrays.stream(values())
                    .filter(sampler -> sampler.name().equalsIgnoreCase(text.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("it is no sampler that Persistor has"));
        }
    }

    /** Where metrics and traces are sent. */
    public static final Setting<URI> ENDPOINT = Setting.optional(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "The OpenTelemetry collector that receives metrics (at /v1/metrics of this address) and traces (at /v1/traces)."
                    + " Without it and the two addresses below, Persistor sends none.",
            ADDRESS,
            TelemetrySettings::address);

    /** Where metrics are sent. */
    public static final Setting<URI> METRICS_ENDPOINT = Setting.optional(
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "The whole address that receives metrics, in place of the one above.",
            "an http or https address such as http://collector:4318/v1/metrics",
            TelemetrySettings::address);

    /** Where traces are sent. */
    public static final Setting<URI> TRACES_ENDPOINT = Setting.optional(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "The whole address that receives traces, in place of the one above.",
            "an http or https address such as http://collector:4318/v1/traces",
            TelemetrySettings::address);

    /** What is sent with them. */
    public static final Setting<Map<String, String>> HEADERS = Setting.optional(
                    "OTEL_EXPORTER_OTLP_HEADERS",
                    "HTTP headers that are sent along, such as a token.",
                    "headers such as authorization=Bearer%20TOKEN with commas between them, their values percent-encoded",
                    TelemetrySettings::pairs)
            .secret();

    /** How they are sent. */
    public static final Setting<String> PROTOCOL = Setting.optional(
                    "OTEL_EXPORTER_OTLP_PROTOCOL",
                    "How metrics and traces are sent.",
                    "http/protobuf, at the collector's port for HTTP (4318 by convention, while 4317 is for grpc)",
                    TelemetrySettings::protocol)
            .withDefault("http/protobuf");

    /** How often metrics are sent. */
    public static final Setting<Duration> INTERVAL = Setting.optional(
                    "OTEL_METRIC_EXPORT_INTERVAL",
                    "How often metrics are sent.",
                    "a whole number of milliseconds, 1 or more",
                    text -> Duration.ofMillis(Values.positiveNumber(text)))
            .withDefault("60000");

    /** Which messages are traced. */
    public static final Setting<Sampler> SAMPLER = Setting.optional(
                    "OTEL_TRACES_SAMPLER",
                    "Which messages are traced. parentbased: if a message has its sender's trace context, as the sender"
                            + " decided.",
                    "one of " + Sampler.NAMES,
                    Sampler::parse)
            .withDefault("parentbased_always_on");

    /** How many messages are traced. */
    public static final Setting<Double> RATIO = Setting.optional(
                    "OTEL_TRACES_SAMPLER_ARG",
                    "The share of messages that a sampler with traceidratio traces.",
                    "a number from 0 to 1, such as 0.01",
                    TelemetrySettings::ratio)
            .withDefault("1");

    /** What this process is called. */
    public static final Setting<String> SERVICE_NAME = Setting.optional(
            "OTEL_SERVICE_NAME",
            "The name of this process in metrics and traces. Without it and service.name among the attributes below: persistor.",
            "a name",
            String::strip);

    /** What else is known of this process. */
    public static final Setting<Map<String, String>> RESOURCE = Setting.optional(
            "OTEL_RESOURCE_ATTRIBUTES",
            "What else metrics and traces say of this process.",
            "attributes such as deployment.environment.name=prod,k8s.pod.name=persistor-0, their values percent-encoded",
            TelemetrySettings::pairs);

    private TelemetrySettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(
                ENDPOINT,
                METRICS_ENDPOINT,
                TRACES_ENDPOINT,
                HEADERS,
                PROTOCOL,
                INTERVAL,
                SAMPLER,
                RATIO,
                SERVICE_NAME,
                RESOURCE);
    }

    /** Removes them from an environment that says nowhere to send to: they may be meant for other processes. */
    static void removeUnlessOn(Map<String, String> environment, Map<String, String> written) {
        if (!isOn(environment) && !isOn(written)) {
            environment.keySet().removeIf(name -> name.startsWith(PREFIX));
        }
    }

    private static boolean isOn(Map<String, String> values) {
        return Stream.of(ENDPOINT, METRICS_ENDPOINT, TRACES_ENDPOINT)
                .anyMatch(setting -> !values.getOrDefault(setting.name(), "").isBlank());
    }

    private static URI address(String text) {
        URI address = URI.create(text.strip());
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (address.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("it is no address of HTTP with a host");
        }
        return address;
    }

    private static String protocol(String text) {
        if (!text.strip().equals("http/protobuf")) {
            throw new IllegalArgumentException("Persistor sends by HTTP with protobuf alone");
        }
        return text.strip();
    }

    private static double ratio(String text) {
        double ratio = Double.parseDouble(text.strip());
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("it is out of range");
        }
        return ratio;
    }

    /** Reads pairs as the specification writes them, or with a line for each, as a mapping of a file is read. */
    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split("[,\n]", -1)) {
            if (!pair.isBlank()) {
                int equals = pair.indexOf('=');
                if (equals <= 0) {
                    throw new IllegalArgumentException("a part has no name with = and a value");
                }
                pairs.put(
                        pair.substring(0, equals).strip(),
                        decoded(pair.substring(equals + 1).strip()));
            }
        }
        return Map.copyOf(pairs);
    }

    private static String decoded(String value) {
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
