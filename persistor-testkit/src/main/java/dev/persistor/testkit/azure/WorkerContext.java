package dev.persistor.testkit.azure;

import com.microsoft.azure.functions.ExecutionContext;
import java.util.UUID;
import java.util.logging.Logger;

/** The context of one invocation. */
final class WorkerContext implements ExecutionContext {

    private final String function;
    private final String invocation = UUID.randomUUID().toString();

    WorkerContext(String function) {
        this.function = function;
    }

    @Override
    public Logger getLogger() {
        return Logger.getLogger(function);
    }

    @Override
    public String getInvocationId() {
        return invocation;
    }

    @Override
    public String getFunctionName() {
        return function;
    }
}
