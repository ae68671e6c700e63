package dev.persistor.standalone.deploy;

import static dev.persistor.standalone.deploy.Yaml.at;
import static dev.persistor.standalone.deploy.Yaml.list;
import static dev.persistor.standalone.deploy.Yaml.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The forge's workflows have the least rights, take only actions that are named here, and run what the README says. */
class WorkflowsTest {

    private static final Path FORGE = Path.of("../.github");

    /** Actions of the forge itself, and one other, by commit: a tag can be moved. Each is updated by dependabot. */
    private static final String ALLOWED =
            "(actions/[a-z-]+|github/codeql-action/[a-z]+|hashicorp/setup-terraform)@[0-9a-f]{40}";

    private final Map<String, Map<Object, Object>> workflows = new TreeMap<>();

    @BeforeEach
    void read() throws IOException {
        try (Stream<Path> files = Files.list(FORGE.resolve("workflows"))) {
            for (Path file : files.toList()) {
                workflows.put(file.getFileName().toString(), map(Yaml.read(file)));
            }
        }
        assertThat(workflows).containsOnlyKeys("build.yml", "codeql.yml", "release.yml");
    }

    private List<Map<Object, Object>> jobs() {
        return workflows.values().stream()
                .flatMap(workflow -> map(workflow, "jobs").values().stream())
                .map(job -> map(job))
                .toList();
    }

    private List<Map<Object, Object>> steps() {
        return jobs().stream()
                .flatMap(job -> list(job, "steps").stream())
                .map(step -> map(step))
                .toList();
    }

    @Test
    void nothingMayWriteUnlessItsJobSaysSo() {
        workflows.forEach((name, workflow) ->
                assertThat(workflow.get("permissions")).as(name).isEqualTo(Map.of("contents", "read")));
        assertThat(jobs().stream().map(job -> job.get("permissions")).filter(Objects::nonNull))
                .containsExactlyInAnyOrder(
                        Map.of("contents", "read", "security-events", "write"),
                        Map.of("contents", "read", "id-token", "write", "attestations", "write"),
                        Map.of("contents", "write"));
        workflows
                .values()
                .forEach(workflow -> assertThat(workflow.get("on").toString()).doesNotContain("pull_request_target"));
    }

    @Test
    void eachJobEndsSometime() {
        assertThat(jobs())
                .allSatisfy(
                        job -> assertThat((Integer) job.get("timeout-minutes")).isBetween(1, 60));
    }

    @Test
    void onlyKnownActionsRunAndCheckoutsKeepNoToken() {
        for (Map<Object, Object> step : steps()) {
            assertThat(step.containsKey("uses") ^ step.containsKey("run"))
                    .as("%s", step)
                    .isTrue();
            Object uses = step.get("uses");
            if (uses != null) {
                assertThat(uses.toString()).matches(ALLOWED);
            }
            if (uses != null && uses.toString().startsWith("actions/checkout@")) {
                assertThat(step.get("with")).isEqualTo(Map.of("persist-credentials", false));
            }
        }
    }

    /** What an event says is the text of anyone, so no script has it in its own text. */
    @Test
    void scriptsTakeExpressionsFromTheEnvironment() {
        assertThat(steps())
                .filteredOn(step -> step.containsKey("run"))
                .allSatisfy(step -> assertThat(step.get("run").toString()).doesNotContain("${{"));
    }

    @Test
    void theBuildRunsTheCommandOfTheReadmeOnEachJavaThatIsSupported() throws IOException {
        Object verify = at(workflows.get("build.yml"), "jobs", "verify");
        assertThat(list(verify, "strategy", "matrix", "java")).containsExactly("17", "21", "25");
        String command = "mvn -B verify";
        assertThat(Files.readString(Path.of("../README.md"))).contains(command);
        assertThat(Files.readString(Path.of("../docs/releasing.md"))).contains("17, 21 and 25");
        assertThat(list(verify, "steps"))
                .anySatisfy(step -> assertThat(map(step)).containsEntry("run", command));
    }

    @Test
    void dependenciesOfEachKindAreUpdated() throws IOException {
        List<Object> updates = list(Yaml.read(FORGE.resolve("dependabot.yml")), "updates");
        assertThat(updates)
                .extracting(update -> at(update, "package-ecosystem"))
                .containsExactly("maven", "npm", "github-actions", "terraform");
        for (Object update : updates) {
            List<Object> folders = map(update).containsKey("directories")
                    ? list(update, "directories")
                    : List.of(at(update, "directory"));
            folders.forEach(
                    folder -> assertThat(Path.of("..", folder.toString())).isDirectory());
        }
    }

    @Test
    void templatesAreForms() throws IOException {
        for (String name : List.of("bug.yml", "idea.yml")) {
            Object form = Yaml.read(FORGE.resolve("ISSUE_TEMPLATE").resolve(name));
            assertThat(map(form)).containsKeys("name", "description");
            assertThat(list(form, "body"))
                    .allSatisfy(part -> assertThat(at(part, "type"))
                            .isIn("markdown", "textarea", "dropdown", "input", "checkboxes"));
        }
    }
}
