package dev.persistor.testkit.azure;

import java.lang.reflect.Field;
import java.util.Map;

/**
 * The environment variables that Java code of this process sees.
 *
 * <p>A worker that was started as a placeholder gets the settings of its app later, and puts them into the map behind
 * {@link System#getenv()} ({@code FunctionEnvironmentReloadRequestHandler.java} of Azure/azure-functions-java-worker). It is
 * done here in the same way, which needs {@link #JVM_OPTION}.
 */
final class WorkerEnvironment {

    /** Opens the map to this class. */
    static final String JVM_OPTION = "--add-opens=java.base/java.util=ALL-UNNAMED";

    private WorkerEnvironment() {}

    /** Replaces all variables. */
    @SuppressWarnings("unchecked") // The map behind a Map<String, String> is one, too.
    static void replace(Map<String, String> variables) throws ReflectiveOperationException {
        Map<String, String> visible = System.getenv();
        Field behind = visible.getClass().getDeclaredField("m");
        behind.setAccessible(true);
        Map<String, String> map = (Map<String, String>) behind.get(visible);
        map.clear();
        map.putAll(variables);
    }
}
