package dev.persistor.standalone.deploy;

import static dev.persistor.standalone.deploy.Yaml.at;
import static dev.persistor.standalone.deploy.Yaml.list;
import static dev.persistor.standalone.deploy.Yaml.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.kafka.KafkaSettings;
import dev.persistor.standalone.run.RunningService;
import dev.persistor.standalone.run.config.CaptureConfig;
import dev.persistor.standalone.run.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart makes of values fits Kubernetes, and agrees with the container's file and with what the process takes. */
class HelmChartTest {

    private static final String EVERYTHING = """
            capture:
              kind: StatefulSet
              persistence: {enabled: true, storageClassName: fast}
              env: [{name: WEB_TOKEN, valueFrom: {secretKeyRef: {name: persistor, key: web-token}}}]
              envFrom: [{secretRef: {name: more}}]
              podAnnotations: {a: b}
              podLabels: {team: data}
              priorityClassName: high
              nodeSelector: {disk: ssd}
              tolerations: [{key: data, operator: Exists}]
              affinity: {nodeAffinity: {}}
            imagePullSecrets: [{name: pull}]
            service: {type: LoadBalancer, annotations: {internal: "true"}}
            identity:
              google: {mode: federation, provider: projects/1/locations/global/workloadIdentityPools/p/providers/q, serviceAccount: p@q.iam.gserviceaccount.com}
              azure: {mode: federation, clientId: c, tenantId: t}
            autoscaling:
              enabled: true
              fallbackReplicas: 3
              authentication: {podIdentity: azure-workload, identityId: i, secretTargetRef: [{parameter: password, name: kafka, key: password}]}
            networkPolicy:
              httpFrom: [{podSelector: {matchLabels: {a: b}}}]
              adminFrom: [{namespaceSelector: {}}]
              egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
            metrics: {serviceMonitor: {enabled: true}, rules: {enabled: true}, dashboard: {enabled: true}}
            job: {enabled: true, args: [gs://a/b, "--to=stdout:"], ttlSecondsAfterFinished: 0, env: [{name: A, value: b}]}
            """;

    private static final String WEBHOOK =
            "identity: {azure: {mode: webhook, clientId: c}, google: {mode: gke, serviceAccount: a@b}}";

    private @TempDir Path folder;

    /** Returns the values that the page shows after a line such as {@code # values.yaml}. */
    static String ofPage(String name) {
        try {
            String page = Files.readString(Path.of("../docs/deploy-container.md"));
            Matcher block = Pattern.compile("```yaml\n# " + name + "\n(.*?)```", Pattern.DOTALL)
                    .matcher(page);
            assertThat(block.find()).as(name).isTrue();
            return block.group(1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<String> values() {
        return Stream.of(
                "{}", EVERYTHING, WEBHOOK, ofPage("values.yaml"), ofPage("scaling.yaml"), ofPage("replay.yaml"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void eachObjectFitsItsSchema(String values) throws IOException {
        HelmChart chart = HelmChart.render(folder, values);
        assertThat(chart.objects()).isNotEmpty();
        for (Object object : chart.objects()) {
            KubernetesSchemas.check(object);
            assertThat(at(object, "metadata", "labels", "app.kubernetes.io/instance"))
                    .isEqualTo("test");
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void podsHaveNoRightsAndNoTokenOfTheCluster(String values) throws IOException {
        HelmChart chart = HelmChart.render(folder, values);
        assertThat(chart.pods()).isNotEmpty();
        for (Object pod : chart.pods()) {
            Object spec = at(pod, "spec");
            Object container = at(spec, "containers", 0);
            assertThat(at(spec, "automountServiceAccountToken")).isEqualTo(false);
            assertThat(at(spec, "securityContext", "runAsNonRoot")).isEqualTo(true);
            assertThat(ImageSettings.read().user())
                    .isEqualTo(
                            at(spec, "securityContext", "runAsUser") + ":" + at(spec, "securityContext", "runAsGroup"));
            assertThat(at(container, "securityContext", "readOnlyRootFilesystem"))
                    .isEqualTo(true);
            assertThat(at(container, "securityContext", "allowPrivilegeEscalation"))
                    .isEqualTo(false);
            assertThat(at(container, "securityContext", "capabilities", "drop")).isEqualTo(List.of("ALL"));
            assertThat(at(container, "resources", "limits", "memory"))
                    .isEqualTo(at(container, "resources", "requests", "memory"));
            assertThat(list(container, "volumeMounts"))
                    .anySatisfy(mount -> assertThat(at(mount, "mountPath")).isEqualTo("/tmp"));
        }
        assertThat(chart.all("ServiceAccount"))
                .allSatisfy(account ->
                        assertThat(at(account, "automountServiceAccountToken")).isEqualTo(false));
    }

    private RunConfig config(HelmChart chart) throws IOException {
        Path file = folder.resolve("persistor.yaml");
        Object config = chart.the("ConfigMap", object -> map(object, "data").containsKey("persistor.yaml"));
        Files.writeString(file, (String) at(config, "data", "persistor.yaml"));
        String address = ImageSettings.read().httpAddress();
        return RunConfig.read(file, Map.of("WEB_TOKEN", "token", "PERSISTOR_HTTP_ADDRESS", address));
    }

    @Test
    void theProcessTakesTheConfigurationAndHasTimeToStop() throws IOException {
        HelmChart chart = HelmChart.render(folder, ofPage("values.yaml"));
        Object pod = at(chart.the("Deployment"), "spec", "template", "spec");
        Duration killed = Duration.ofSeconds((Integer) at(pod, "terminationGracePeriodSeconds"));
        assertThat(config(chart).shutdown()).isLessThan(killed.minusSeconds(10));
        assertThat(config(chart).captures()).extracting(CaptureConfig::name).containsExactly("orders", "web");
        assertThat(config(HelmChart.render(folder, "{}")).captures()).hasSize(1);
    }

    @Test
    void portsAndFilesAreThoseOfTheContainer() throws IOException {
        HelmChart chart = HelmChart.render(folder, "{}");
        ImageSettings image = ImageSettings.read();
        Object container = at(chart.the("Deployment"), "spec", "template", "spec", "containers", 0);
        int port = (Integer) at(container, "ports", 0, "containerPort");
        assertThat(image.ports()).containsExactly(Integer.toString(port));
        assertThat(config(chart).http().address().getPort()).isEqualTo(port);
        assertThat(config(chart).http().admin().orElseThrow().getPort())
                .isEqualTo(at(container, "ports", 1, "containerPort"));
        assertThat(at(container, "args")).isEqualTo(image.arguments());
        assertThat(image.arguments().get(2))
                .isEqualTo(at(container, "volumeMounts", 0, "mountPath") + "/persistor.yaml");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(at(container, probe, "httpGet", "port")).isEqualTo(at(container, "ports", 1, "name"));
            assertThat(at(container, probe, "httpGet", "path")).isIn("/health/live", "/health/ready");
        }
        for (Object service : chart.all("Service")) {
            assertThat(at(service, "spec", "ports", 0, "targetPort"))
                    .isEqualTo(at(service, "spec", "ports", 0, "name"));
        }
    }

    @Test
    void whatSelectsPodsSelectsThoseOfTheCapture() throws IOException {
        HelmChart chart = HelmChart.render(folder, EVERYTHING);
        Map<Object, Object> pod = map(chart.the("StatefulSet"), "spec", "template", "metadata", "labels");
        assertThat(chart.all("Service"))
                .hasSize(2)
                .allSatisfy(service -> assertThat(pod).containsAllEntriesOf(map(service, "spec", "selector")));
        for (String kind : List.of("StatefulSet", "PodDisruptionBudget")) {
            assertThat(pod).containsAllEntriesOf(map(chart.the(kind), "spec", "selector", "matchLabels"));
        }
        assertThat(pod).containsAllEntriesOf(map(chart.the("NetworkPolicy"), "spec", "podSelector", "matchLabels"));
        Object admin = chart.the(
                "Service", service -> at(service, "metadata", "name").toString().endsWith("-admin"));
        assertThat(map(admin, "metadata", "labels"))
                .containsAllEntriesOf(map(chart.the("ServiceMonitor"), "spec", "selector", "matchLabels"));
        assertThat(at(chart.the("ServiceMonitor"), "spec", "endpoints", 0, "port"))
                .isEqualTo(at(admin, "spec", "ports", 0, "name"));
        assertThat(at(chart.the("StatefulSet"), "spec", "serviceName")).isEqualTo(at(admin, "metadata", "name"));
    }

    @Test
    void whatIsScaledIsWhatIsCaptured() throws IOException {
        HelmChart chart = HelmChart.render(folder, "autoscaling: {enabled: true}");
        Object scaled = chart.the("ScaledObject");
        assertThat(at(scaled, "spec", "scaleTargetRef", "name"))
                .isEqualTo(at(chart.the("Deployment"), "metadata", "name"));
        assertThat(map(chart.the("Deployment"), "spec")).doesNotContainKey("replicas");
        Object trigger = at(scaled, "spec", "triggers", 0, "metadata");
        Map<String, String> orders = config(chart).captures().get(0).environment();
        assertThat(at(trigger, "topic")).isEqualTo(orders.get(KafkaSettings.TOPICS.name()));
        assertThat(at(trigger, "bootstrapServers")).isEqualTo(orders.get(KafkaSettings.SERVERS.name()));
        assertThat(at(trigger, "consumerGroup"))
                .isEqualTo(KafkaSettings.GROUP.defaultText().orElseThrow());
        Object authenticated = HelmChart.render(folder, EVERYTHING).the("ScaledObject");
        assertThat(at(authenticated, "spec", "triggers", 0, "authenticationRef", "name"))
                .isEqualTo(at(HelmChart.render(folder, EVERYTHING).the("TriggerAuthentication"), "metadata", "name"));
    }

    @Test
    void federatedPodsGetTokensThatOnlyTheCloudTakes() throws IOException {
        HelmChart chart = HelmChart.render(folder, EVERYTHING);
        for (Object pod : chart.pods()) {
            assertThat(list(pod, "spec", "volumes"))
                    .filteredOn(volume -> map(volume).containsKey("projected"))
                    .extracting(volume -> at(volume, "projected", "sources", 0, "serviceAccountToken", "audience"))
                    .containsExactly(
                            "https://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
                            "api://AzureADTokenExchange");
        }
        Object google = chart.the("ConfigMap", config -> map(config, "data").containsKey("credentials.json"));
        Object credentials = Yaml.parse((String) at(google, "data", "credentials.json"));
        assertThat(at(credentials, "type")).isEqualTo("external_account");
        assertThat(at(credentials, "credential_source", "file")).isEqualTo("/var/run/persistor/google/token");
    }

    @Test
    void theChartRunsTheVersionThatTheBuildMakes() throws IOException {
        Matcher version = Pattern.compile(
                        "<artifactId>persistor-parent</artifactId>\\s*<version>([0-9.]+)(-SNAPSHOT)?<")
                .matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(at(Yaml.read(HelmChart.PATH.resolve("Chart.yaml")), "appVersion"))
                .isEqualTo(version.group(1));
    }

    @Test
    void wrongValuesAreRefused() {
        Map<String, String> wrong = Map.of(
                "replicas: 2", "additional properties 'replicas' not allowed",
                "capture: {kind: DaemonSet}", "/capture/kind",
                "capture: {config: {captures: null}}", "/capture/config",
                "capture: {config: {admin-address: \"0.0.0.0:1\"}}", "/capture/config",
                "image: {digest: sha256:1}", "/image/digest",
                "job: {enabled: true}", "job.args is empty",
                "identity: {azure: {mode: webhook}}", "identity.azure.clientId is required");
        wrong.forEach((values, why) -> assertThatThrownBy(() -> HelmChart.render(folder, values))
                .as(values)
                .hasMessageContaining(why));
    }

    @Test
    void helmFindsNothingToComplainAbout() throws IOException {
        assertThat(HelmChart.lint()).isEmpty();
    }

    /** Rules and dashboard ask for metrics that a process has. */
    @Test
    void eachMetricIsExported() throws Exception {
        HelmChart chart = HelmChart.render(folder, EVERYTHING);
        Set<String> asked = new TreeSet<>();
        Matcher name = Pattern.compile("\\bpersistor_[a-z_]+").matcher(chart.the("PrometheusRule") + dashboard(chart));
        while (name.find()) {
            asked.add(name.group());
        }
        assertThat(asked).hasSizeGreaterThan(15);
        String yaml = """
                shutdown: 1s
                captures:
                  clicks:
                    from: pubsub
                    subscription: projects/p/subscriptions/s
                    store: %s
                """.formatted(folder.resolve("archive").toUri());
        Map<String, String> environment = Map.of("PUBSUB_EMULATOR_HOST", "127.0.0.1:1");
        try (RunningService service = RunningService.start(folder, yaml, environment)) {
            String metrics = service.get("/metrics").body();
            assertThat(asked).allSatisfy(metric -> assertThat(metrics).containsPattern("(?m)^" + metric + "[{ ]"));
        }
    }

    private static String dashboard(HelmChart chart) {
        Object dashboard = chart.the("ConfigMap", object -> map(object, "data").containsKey("persistor.json"));
        String json = (String) at(dashboard, "data", "persistor.json");
        assertThat(list(Yaml.parse(json), "panels")).hasSizeGreaterThan(8);
        return json;
    }
}
