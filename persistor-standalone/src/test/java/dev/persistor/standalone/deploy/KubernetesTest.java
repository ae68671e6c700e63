package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.kafka.KafkaSettings;
import dev.persistor.standalone.run.config.CaptureConfig;
import dev.persistor.standalone.run.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The manifests agree with one another, with the container's file, and with what the process takes. */
class KubernetesTest {

    private @TempDir Path folder;
    private final List<Object> documents = new ArrayList<>();

    @BeforeEach
    void read() throws IOException {
        for (String name : List.of("persistor.yaml", "scaling.yaml")) {
            String text = Files.readString(Path.of("../deploy/kubernetes").resolve(name));
            new Load(LoadSettings.builder().build()).loadAllFromString(text).forEach(documents::add);
        }
    }

    private Object document(String kind) {
        return documents.stream()
                .filter(document -> at(document, "kind").equals(kind))
                .findFirst()
                .orElseThrow();
    }

    /** Returns what is at a path of keys and indexes. */
    private static Object at(Object node, Object... path) {
        Object found = node;
        for (Object step : path) {
            found = step instanceof Integer index ? ((List<?>) found).get(index) : ((Map<?, ?>) found).get(step);
            assertThat(found).as("%s of %s", step, node).isNotNull();
        }
        return found;
    }

    private RunConfig config() throws IOException {
        Path file = folder.resolve("persistor.yaml");
        Files.writeString(file, (String) at(document("ConfigMap"), "data", "persistor.yaml"));
        return RunConfig.read(file, Map.of("WEB_TOKEN", "token", "PERSISTOR_HTTP_ADDRESS", "0.0.0.0:8080"));
    }

    @Test
    void theProcessTakesTheConfigurationAndHasTimeToStop() throws IOException {
        Object pod = at(document("Deployment"), "spec", "template", "spec");
        Duration killed = Duration.ofSeconds((Integer) at(pod, "terminationGracePeriodSeconds"));
        assertThat(config().shutdown()).isLessThan(killed.minusSeconds(10));
        assertThat(config().captures()).extracting(CaptureConfig::name).containsExactly("orders", "web");
    }

    @Test
    void portsUsersAndFilesAreThoseOfTheContainer() throws IOException {
        Dockerfile dockerfile = Dockerfile.read();
        Object pod = at(document("Deployment"), "spec", "template", "spec");
        Object container = at(pod, "containers", 0);
        int port = (Integer) at(container, "ports", 0, "containerPort");
        assertThat(dockerfile.all("EXPOSE")).containsExactly(Integer.toString(port));
        assertThat(dockerfile.all("ENV")).containsExactly("PERSISTOR_HTTP_ADDRESS=0.0.0.0:" + port);
        assertThat(config().http().address().getPort()).isEqualTo(port);
        assertThat(dockerfile.all("USER"))
                .containsExactly(
                        at(pod, "securityContext", "runAsUser") + ":" + at(pod, "securityContext", "runAsGroup"));
        assertThat(at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
        assertThat(dockerfile.words("CMD").get(2))
                .isEqualTo(at(container, "volumeMounts", 0, "mountPath") + "/persistor.yaml");
        assertThat(at(container, "volumeMounts", 1, "mountPath")).isEqualTo("/tmp");
        int admin = (Integer) at(container, "ports", 1, "containerPort");
        assertThat(config().http().admin().orElseThrow().getPort()).isEqualTo(admin);
        assertThat(at(container, "ports", 1, "name"))
                .isEqualTo(at(container, "livenessProbe", "httpGet", "port"))
                .isEqualTo(at(container, "readinessProbe", "httpGet", "port"));
        assertThat(at(document("Deployment"), "spec", "template", "metadata", "annotations", "prometheus.io/port"))
                .isEqualTo(Integer.toString(admin));
        assertThat(at(container, "livenessProbe", "httpGet", "path")).isEqualTo("/health/live");
        assertThat(at(container, "readinessProbe", "httpGet", "path")).isEqualTo("/health/ready");
    }

    @Test
    void whatIsScaledIsWhatIsCaptured() throws IOException {
        Object scaled = document("ScaledObject");
        assertThat(at(scaled, "spec", "scaleTargetRef", "name"))
                .isEqualTo(at(document("Deployment"), "metadata", "name"));
        Object trigger = at(scaled, "spec", "triggers", 0, "metadata");
        Map<String, String> orders = config().captures().get(0).environment();
        assertThat(at(trigger, "topic")).isEqualTo(orders.get(KafkaSettings.TOPICS.name()));
        assertThat(at(trigger, "bootstrapServers")).isEqualTo(orders.get(KafkaSettings.SERVERS.name()));
        assertThat(at(trigger, "consumerGroup"))
                .isEqualTo(KafkaSettings.GROUP.defaultText().orElseThrow());
    }
}
