package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.log.SafeText;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code persistor run} sends to an OpenTelemetry collector.
 *
 * <p>Immutable.
 *
 * @param metrics where metrics are sent; nowhere if it is empty
 * @param traces where traces are sent; nowhere if it is empty
 * @param headers HTTP headers that are sent along; secret
 * @param interval how often metrics are sent
 * @param sampler which messages are traced
 * @param ratio the share of them, from 0 to 1
 * @param resource what is said of this process, its name among it
 */
public record TelemetryConfig(
        Optional<URI> metrics,
        Optional<URI> traces,
        Map<String, String> headers,
        Duration interval,
        TelemetrySettings.Sampler sampler,
        double ratio,
        Map<String, String> resource) {

    private static final String SERVICE_NAME = "service.name";

    /** Headers that the HTTP client sets itself. */
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "content-type", "expect", "host", "upgrade");

    /** Keeps its own copies of the maps. */
    public TelemetryConfig {
        headers = Map.copyOf(headers);
        resource = Map.copyOf(resource);
    }

    static TelemetryConfig of(Settings settings) {
        TelemetrySettings.Sampler sampler = settings.get(TelemetrySettings.SAMPLER);
        Map<String, String> resource = new HashMap<>(Map.of(SERVICE_NAME, "persistor"));
        settings.find(TelemetrySettings.RESOURCE).ifPresent(resource::putAll);
        settings.find(TelemetrySettings.SERVICE_NAME).ifPresent(name -> resource.put(SERVICE_NAME, name));
        return new TelemetryConfig(
                address(settings, TelemetrySettings.METRICS_ENDPOINT, "/v1/metrics"),
                sampler == TelemetrySettings.Sampler.ALWAYS_OFF
                        ? Optional.empty()
                        : address(settings, TelemetrySettings.TRACES_ENDPOINT, "/v1/traces"),
                settings.find(TelemetrySettings.HEADERS).orElse(Map.of()),
                settings.get(TelemetrySettings.INTERVAL),
                sampler,
                settings.get(TelemetrySettings.RATIO),
                resource);
    }

    private static Optional<URI> address(Settings settings, Setting<URI> whole, String path) {
        return settings.find(whole)
                .or(() -> settings.find(TelemetrySettings.ENDPOINT)
                        .map(base -> URI.create(base.toString().replaceAll("/+$", "") + path)));
    }

    /** Adds what is wrong with the settings; it never shows what may be secret. */
    static void check(Settings settings, List<Problem> problems) {
        List.of(TelemetrySettings.ENDPOINT, TelemetrySettings.METRICS_ENDPOINT, TelemetrySettings.TRACES_ENDPOINT)
                .forEach(setting -> settings.find(setting)
                        .filter(address -> address.getRawUserInfo() != null)
                        .ifPresent(address -> problems.add(Problem.of(
                                setting,
                                " has a user or password, which is not sent; put them into ",
                                TelemetrySettings.HEADERS))));
        settings.find(TelemetrySettings.HEADERS).orElse(Map.of()).forEach((name, value) -> {
            if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))
                    || !name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
                    || value.chars().anyMatch(c -> c < ' ' || c > '~')) {
                problems.add(Problem.of(
                        TelemetrySettings.HEADERS,
                        " has a header that cannot be sent; names must be those of HTTP headers other than "
                                + String.join(
                                        ", ", OWN_HEADERS.stream().sorted().toList())
                                + ", and values visible ASCII"));
            }
        });
    }

    /** Shows no header: they may be secret. */
    @Override
    public String toString() {
        return "metrics to " + metrics.map(SafeText::address) + ", traces to " + traces.map(SafeText::address);
    }
}
