package dev.persistor.standalone.deploy;

import static dev.persistor.standalone.deploy.Yaml.at;
import static dev.persistor.standalone.deploy.Yaml.list;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.standalone.CommandRun;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.run.config.CaptureConfig;
import dev.persistor.standalone.run.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What platforms run: the command takes their lines, with the variables that the platform sets, and their configurations. */
class PlatformsTest {

    private static final Path DEPLOY = Path.of("../deploy");

    private @TempDir Path folder;

    @BeforeEach
    void makeArchive() throws IOException {
        Files.createDirectories(folder.resolve("archive"));
    }

    /** Runs a container's line as it is, but for addresses that nothing here answers at. */
    private String run(Object container, Map<String, String> environment) {
        List<String> line = new ArrayList<>();
        for (Object argument : list(container, "args")) {
            line.add(((String) argument)
                    .replaceAll(
                            "^(gs://my-archive/prod|https://myarchive\\.blob\\.core\\.windows\\.net/archive)$",
                            folder.resolve("archive").toString())
                    .replaceAll("=(pubsub|eventhubs)://.*", "=stdout:")
                    .replaceAll(
                            "gs://my-checkpoints|https://myarchivehost\\.blob\\.core\\.windows\\.net/replays",
                            folder.toUri().toString()));
        }
        CommandRun command = new CommandRun(false, "", environment);
        assertThat(command.run(line.toArray(String[]::new)))
                .as(command.err())
                .isIn(ExitCodes.GOOD, ExitCodes.NOTHING_MATCHED);
        return command.err();
    }

    @Test
    void podsOfAKubernetesJobReplayTheirShards() throws Exception {
        Object job =
                HelmChart.render(folder, HelmChartTest.ofPage("replay.yaml")).the("Job");
        Object container = at(job, "spec", "template", "spec", "containers", 0);
        int completions = (Integer) at(job, "spec", "completions");
        assertThat(at(job, "spec", "completionMode")).isEqualTo("Indexed");
        assertThat(at(job, "spec", "parallelism")).isEqualTo(completions);
        assertThat(at(container, "env", 0))
                .isEqualTo(Map.of("name", "PERSISTOR_SHARDS", "value", Integer.toString(completions)));
        assertThat(run(
                        container,
                        Map.of(
                                "JOB_COMPLETION_INDEX",
                                Integer.toString(completions - 1),
                                "PERSISTOR_SHARDS",
                                Integer.toString(completions))))
                .contains("shard=" + (completions - 1) + "/" + completions);
    }

    /** The pods of a verify or a compact get what these commands take, and no more. */
    @ParameterizedTest
    @ValueSource(strings = {"verify", "compact"})
    void podsOfOtherCommandsTakeTheirShardsToo(String command) throws Exception {
        String values = "capture: {enabled: false}\njob: {enabled: true, command: %s, shards: 2, args: %s}"
                .formatted(
                        command,
                        command.equals("verify")
                                ? "[gs://my-archive/prod, --report=gs://my-checkpoints/found]"
                                : "[gs://my-archive/prod, --to=gs://my-checkpoints/compacted]");
        Object job = HelmChart.render(folder, values).the("Job");
        assertThat(at(job, "metadata", "name").toString()).contains(command);
        run(
                at(job, "spec", "template", "spec", "containers", 0),
                Map.of("JOB_COMPLETION_INDEX", "1", "PERSISTOR_SHARDS", "2"));
    }

    @Test
    void tasksOfACloudRunJobReplayTheirShards() throws Exception {
        Object tasks = at(Yaml.read(DEPLOY.resolve("cloud-run/replay.yaml")), "spec", "template", "spec");
        int count = (Integer) at(tasks, "taskCount");
        assertThat(run(
                        at(tasks, "template", "spec", "containers", 0),
                        Map.of("CLOUD_RUN_TASK_INDEX", "0", "CLOUD_RUN_TASK_COUNT", Integer.toString(count))))
                .contains("shard=0/" + count);
    }

    @Test
    void cloudRunRunsTheContainersCommand() throws Exception {
        String page = Files.readString(Path.of("../docs/deploy-container.md"));
        List<String> command = ImageSettings.read().arguments();
        assertThat(page).contains("--args=" + String.join(",", command));
        assertThat(page).contains("--set-secrets=" + command.get(2) + "=persistor-config:latest");
    }

    @Test
    void aJobOfContainerAppsReplaysAll() throws Exception {
        Object job = at(Yaml.read(DEPLOY.resolve("container-apps/replay.yaml")), "properties");
        assertThat(at(job, "configuration", "manualTriggerConfig", "parallelism"))
                .isEqualTo(1);
        assertThat(run(at(job, "template", "containers", 0), Map.of())).doesNotContain("shard=");
    }

    @Test
    void anAppOfContainerAppsRunsItsConfiguration() throws Exception {
        Object app = at(Yaml.read(DEPLOY.resolve("container-apps/persistor.yaml")), "properties");
        Object container = at(app, "template", "containers", 0);
        assertThat(at(container, "args")).isEqualTo(ImageSettings.read().arguments());
        Path file = folder.resolve("persistor.yaml");
        Files.writeString(file, (String) at(app, "configuration", "secrets", 0, "value"));
        RunConfig config = RunConfig.read(
                file, Map.of("WEB_TOKEN", "token", "PERSISTOR_HTTP_ADDRESS", "0.0.0.0:8080", "AZURE_CLIENT_ID", "id"));
        assertThat(config.captures()).extracting(CaptureConfig::name).containsExactly("telemetry", "web");
        assertThat(config.http().address().getPort()).isEqualTo(at(app, "configuration", "ingress", "targetPort"));
        for (Object probe : list(container, "probes")) {
            assertThat(at(probe, "httpGet", "port"))
                    .isEqualTo(config.http().admin().orElseThrow().getPort());
        }
        assertThat(config.shutdown().toSeconds())
                .isLessThan((Integer) at(app, "template", "terminationGracePeriodSeconds") - 10L);
        Object backlog = at(app, "template", "scale", "rules", 0, "custom", "metadata");
        Map<String, String> telemetry = config.captures().get(0).environment();
        assertThat(at(backlog, "eventHubName")).isEqualTo(telemetry.get("EVENT_HUB_NAME"));
        assertThat(at(backlog, "consumerGroup")).isEqualTo(telemetry.get("EVENT_HUB_CONSUMER_GROUP"));
        assertThat(telemetry.get("PERSISTOR_EVENT_HUB_CHECKPOINTS"))
                .isEqualTo("https://" + at(backlog, "storageAccountName") + ".blob.core.windows.net/"
                        + at(backlog, "blobContainer"));
    }
}
