package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The rules of Prometheus ask for metrics that there are, and the page of operations explains each. */
class AlertRulesTest {

    private static final Path RULES = Path.of("../deploy/prometheus/rules.yaml");

    private static Object in(Object map, String key) {
        return Objects.requireNonNull(((Map<?, ?>) map).get(key), key);
    }

    private static List<?> rules() throws IOException {
        Object file = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(RULES));
        List<?> groups = (List<?>) in(Objects.requireNonNull(file), "groups");
        assertThat(groups).hasSize(1);
        return (List<?>) in(groups.get(0), "rules");
    }

    @Test
    void eachRuleAsksForMetricsThatThereAre() throws IOException {
        assertThat(rules()).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertThat(MetricsReference.in(in(rule, "expr").toString()))
                    .isNotEmpty()
                    .isSubsetOf(MetricsReference.names());
            assertThat(in(in(rule, "annotations"), "summary").toString()).isNotBlank();
            assertThat(in(in(rule, "annotations"), "description").toString()).isNotBlank();
        });
    }

    @Test
    void thePageExplainsEachAlertWithItsSeverity() throws IOException {
        List<String> rows = MetricsReference.page()
                .lines()
                .filter(line -> line.startsWith("| `Persistor"))
                .map(line -> line.replaceFirst("^(\\| `\\w+` \\| \\w+ \\|).*", "$1"))
                .toList();
        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(rules().stream()
                        .map(rule -> "| `" + in(rule, "alert") + "` | " + in(in(rule, "labels"), "severity") + " |")
                        .toList());
    }
}
