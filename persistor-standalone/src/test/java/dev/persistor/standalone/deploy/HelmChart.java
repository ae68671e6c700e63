package dev.persistor.standalone.deploy;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** The chart as Helm's own code renders it with some values. */
record HelmChart(List<Object> objects) {

    static final Path PATH = Path.of("../deploy/helm/persistor");

    /** The oldest Kubernetes that the chart is for. */
    private static final String OLDEST = "v1.29.0";

    /** Renders the chart as the release "test" in the namespace "archive". */
    static HelmChart render(Path folder, String values) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "values", ".yaml"), values);
        return new HelmChart(Yaml.all(new Helm(PATH)
                .template()
                .withName("test")
                .withNamespace("archive")
                .withKubeVersion(OLDEST)
                .withValuesFile(file)
                .call()));
    }

    /** Returns what {@code helm lint --strict} complains about. */
    static List<String> lint() {
        return new Helm(PATH)
                .lint().strict().quiet().call().getMessages().stream()
                        .filter(line -> line.contains("[WARNING]") || line.contains("[ERROR]"))
                        .toList();
    }

    /** Returns the only object of a kind. */
    Object the(String kind) {
        return the(kind, object -> true);
    }

    /** Returns the only object of a kind that is of some sort. */
    Object the(String kind, Predicate<Object> sort) {
        List<Object> found = all(kind).stream().filter(sort).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects of the kind " + kind);
        }
        return found.get(0);
    }

    /** Returns all objects of a kind. */
    List<Object> all(String kind) {
        return objects.stream()
                .filter(object -> Yaml.at(object, "kind").equals(kind))
                .toList();
    }

    /** Returns the templates of pods. */
    List<Object> pods() {
        return objects.stream()
                .filter(object -> List.of("Deployment", "StatefulSet", "Job").contains(Yaml.at(object, "kind")))
                .map(object -> Yaml.at(object, "spec", "template"))
                .toList();
    }
}
