package dev.persistor.standalone.run.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.SettingsException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TelemetryConfigTest {

    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";

    private static TelemetryConfig read(String... variables) {
        Map<String, String> environment = new HashMap<>(
                Map.of("PERSISTOR_FROM", "http", "PERSISTOR_STORE", "mem:///", "PERSISTOR_SOURCE", "web"));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return RunConfig.read(environment).telemetry();
    }

    private static List<String> problems(String... variables) {
        try {
            return List.of("none: " + read(variables));
        } catch (SettingsException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    @Test
    void nothingIsSentUnlessAnAddressIsGiven() {
        TelemetryConfig config =
                read("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_TRACES_SAMPLER", "xray", ENDPOINT, " ");
        assertThat(config.metrics()).isEmpty();
        assertThat(config.traces()).isEmpty();
    }

    @Test
    void oneAddressIsForBothAndAnotherReplacesIt() {
        TelemetryConfig config = read(ENDPOINT, "http://collector:4318/base/");
        assertThat(config.metrics()).contains(URI.create("http://collector:4318/base/v1/metrics"));
        assertThat(config.traces()).contains(URI.create("http://collector:4318/base/v1/traces"));
        assertThat(config.resource()).containsExactly(Map.entry("service.name", "persistor"));
        assertThat(config.interval()).isEqualTo(Duration.ofMinutes(1));

        config = read(
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
                "https://metrics/otlp",
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=a,k8s.pod.name=persistor%2D0",
                HEADERS,
                "authorization=Bearer%20a+b, x-tenant = 7");
        assertThat(config.metrics()).contains(URI.create("https://metrics/otlp"));
        assertThat(config.traces()).isEmpty();
        assertThat(config.resource()).containsEntry("service.name", "a").containsEntry("k8s.pod.name", "persistor-0");
        assertThat(config.headers()).containsOnly(Map.entry("authorization", "Bearer a+b"), Map.entry("x-tenant", "7"));
        assertThat(config.toString()).doesNotContain("Bearer");
        assertThat(read(ENDPOINT, "http://c", "OTEL_TRACES_SAMPLER", "always_off")
                        .traces())
                .isEmpty();
    }

    @Test
    void eachProblemNamesItsSettingAndWhatIsAllowed() {
        assertThat(problems(
                        ENDPOINT,
                        "collector:4317",
                        "OTEL_EXPORTER_OTLP_PROTOCOL",
                        "grpc",
                        "OTEL_TRACES_SAMPLER",
                        "jaeger_remote",
                        "OTEL_TRACES_SAMPLER_ARG",
                        "1.5",
                        "OTEL_METRIC_EXPORT_INTERVAL",
                        "10s"))
                .hasSize(5)
                .anyMatch(problem -> problem.contains(ENDPOINT + " is \"collector:4317\"")
                        && problem.contains("http://collector:4318"))
                .anyMatch(problem -> problem.contains("OTEL_EXPORTER_OTLP_PROTOCOL is \"grpc\"")
                        && problem.contains("http/protobuf"))
                .anyMatch(problem -> problem.contains("OTEL_TRACES_SAMPLER is \"jaeger_remote\"")
                        && problem.contains("parentbased_traceidratio"))
                .anyMatch(problem -> problem.contains("OTEL_TRACES_SAMPLER_ARG is \"1.5\"")
                        && problem.contains("a number from 0 to 1"))
                .anyMatch(problem ->
                        problem.contains("OTEL_METRIC_EXPORT_INTERVAL is \"10s\"") && problem.contains("milliseconds"));
    }

    @Test
    void noProblemShowsASecret() {
        assertThat(problems(ENDPOINT, "http://me:s3cret@collector", HEADERS, "s3cret"))
                .hasSize(2)
                .anyMatch(problem -> problem.contains(ENDPOINT + " has a user or password"))
                .anyMatch(problem -> problem.contains(HEADERS + " is not valid"))
                .noneMatch(problem -> problem.contains("s3cret"));
        assertThat(problems(ENDPOINT, "http://collector", HEADERS, "content-length=s3cret"))
                .hasSize(1)
                .allMatch(problem -> problem.contains("has a header that cannot be sent"))
                .noneMatch(problem -> problem.contains("s3cret"));
    }
}
