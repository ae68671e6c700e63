package dev.persistor.standalone.deploy;

import static dev.persistor.standalone.deploy.Yaml.at;
import static dev.persistor.standalone.deploy.Yaml.list;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.standalone.run.MetricsReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of Prometheus ask for metrics that there are, the page of operations explains each, and the chart has the same. */
class AlertRulesTest {

    private static List<Object> rules() throws IOException {
        return list(Yaml.read(Path.of("../deploy/prometheus/rules.yaml")), "groups", 0, "rules");
    }

    @Test
    void eachRuleAsksForMetricsThatThereAre() throws IOException {
        assertThat(rules()).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertThat(MetricsReference.in(at(rule, "expr").toString()))
                    .isNotEmpty()
                    .isSubsetOf(MetricsReference.names());
            assertThat(at(rule, "annotations", "summary").toString()).isNotBlank();
            assertThat(at(rule, "annotations", "description").toString()).isNotBlank();
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
                        .map(rule -> "| `" + at(rule, "alert") + "` | " + at(rule, "labels", "severity") + " |")
                        .toList());
    }

    @Test
    void theChartHasTheSameRules(@TempDir Path folder) throws IOException {
        HelmChart chart = HelmChart.render(folder, "metrics: {rules: {enabled: true}}");
        List<Object> ofChart = list(chart.the("PrometheusRule"), "spec", "groups", 0, "rules");
        assertThat(ofChart.stream().map(AlertRulesTest::ofAllProcesses).toList())
                .isEqualTo(rules());
    }

    /** Returns a rule without the labels of the processes of one release. */
    private static Map<Object, Object> ofAllProcesses(Object rule) {
        Map<Object, Object> general = new TreeMap<>(Yaml.map(rule));
        general.put(
                "expr",
                at(rule, "expr")
                        .toString()
                        .replaceAll(",?job=\"[^\"]*\",namespace=\"[^\"]*\"", "")
                        .replace("{}", ""));
        return general;
    }
}
