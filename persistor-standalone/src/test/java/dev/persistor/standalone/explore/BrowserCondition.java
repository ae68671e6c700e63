package dev.persistor.standalone.explore;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Behind {@link EnabledIfBrowserIsThere}. Thread-safe. */
final class BrowserCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean hasNode = find("node").isPresent();
        if (hasNode && chromium().isPresent()) {
            return ConditionEvaluationResult.enabled("there is a browser");
        }
        String reason = "Skipped, as there is no " + (hasNode ? "chromium" : "node") + " on the path: "
                + context.getDisplayName();
        // Maven shows that tests were skipped, and not why.
        System.out.println(reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    /** Returns the browser. */
    static Optional<String> chromium() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> find(name).stream())
                .findFirst();
    }

    private static Optional<String> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder).resolve(program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
