package dev.persistor.testkit;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Behind {@link EnabledIfDockerAnswers}. Thread-safe. */
final class DockerCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.enabled("a Docker engine answers");
        }
        String reason = "Skipped, as no Docker engine answers: " + context.getDisplayName();
        // Maven shows that tests were skipped, and not why.
        System.out.println(reason);
        return ConditionEvaluationResult.disabled(reason);
    }
}
