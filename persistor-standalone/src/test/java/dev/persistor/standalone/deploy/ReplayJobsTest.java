package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.standalone.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The jobs of a replay that many processes divide: the command takes their lines, with the variables that the platform sets. */
class ReplayJobsTest {

    private @TempDir Path folder;

    private static Object read(String file) throws IOException {
        return new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("../deploy").resolve(file)));
    }

    private static Object at(Object node, Object... path) {
        Object found = node;
        for (Object step : path) {
            found = step instanceof Integer index ? ((List<?>) found).get(index) : ((Map<?, ?>) found).get(step);
            assertThat(found).as("%s of %s", step, node).isNotNull();
        }
        return found;
    }

    /** Runs a container's line as it is, but for addresses that nothing here answers at. */
    private String replayed(Object container, Map<String, String> environment) {
        List<String> line = new ArrayList<>();
        for (Object argument : (List<?>) at(container, "args")) {
            line.add(((String) argument)
                    .replace("gs://my-archive/prod", folder.resolve("archive").toString())
                    .replace("pubsub://my-project/recovered-orders", "stdout:")
                    .replace("gs://my-checkpoints", folder.toUri().toString()));
        }
        CommandRun command = new CommandRun(false, "", environment);
        assertThat(command.run(line.toArray(String[]::new))).as(command.err()).isZero();
        return command.err();
    }

    @Test
    void podsOfAKubernetesJobReplayTheirShards() throws Exception {
        Object job = read("kubernetes/replay.yaml");
        Object pod = at(job, "spec", "template", "spec");
        Object container = at(pod, "containers", 0);
        int completions = (Integer) at(job, "spec", "completions");
        assertThat(at(job, "spec", "completionMode")).isEqualTo("Indexed");
        assertThat(at(job, "spec", "parallelism")).isEqualTo(completions);
        assertThat(at(container, "env", 0, "name")).isEqualTo("PERSISTOR_SHARDS");
        assertThat(at(container, "env", 0, "value")).isEqualTo(Integer.toString(completions));
        assertThat(Dockerfile.read().all("USER"))
                .containsExactly(
                        at(pod, "securityContext", "runAsUser") + ":" + at(pod, "securityContext", "runAsGroup"));
        Files.createDirectories(folder.resolve("archive"));
        assertThat(replayed(
                        container,
                        Map.of("JOB_COMPLETION_INDEX", Integer.toString(completions - 1), "PERSISTOR_SHARDS", (String)
                                at(container, "env", 0, "value"))))
                .contains("shard=" + (completions - 1) + "/" + completions);
    }

    @Test
    void tasksOfACloudRunJobReplayTheirShards() throws Exception {
        Object tasks = at(read("cloud-run/replay.yaml"), "spec", "template", "spec");
        int count = (Integer) at(tasks, "taskCount");
        Files.createDirectories(folder.resolve("archive"));
        assertThat(replayed(
                        at(tasks, "template", "spec", "containers", 0),
                        Map.of("CLOUD_RUN_TASK_INDEX", "0", "CLOUD_RUN_TASK_COUNT", Integer.toString(count))))
                .contains("shard=0/" + count);
    }
}
