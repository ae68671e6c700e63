package dev.persistor.azure;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.RefusedEventException;
import dev.persistor.core.capture.SharedCapture;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.invoke.Invoker;
import dev.persistor.core.pull.invoke.InvokerSettings;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.PersistException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state that all functions of one process share. The Functions worker makes a new object for each invocation, so what is to
 * outlive one, the store's client above all, must be static.
 *
 * <p>It reads the environment at the first invocation and not before: a worker that starts as a placeholder gets the
 * app's settings later ({@code FunctionEnvironmentReloadRequestHandler} in Azure/azure-functions-java-worker).
 */
final class FunctionApp {

    private static final SharedCapture CAPTURE =
            new SharedCapture(() -> InvokerSettings.without(System.getenv()), AzureSettings.ofFunctions());

    private static @Nullable Invoker invoker;

    private FunctionApp() {}

    static Capture capture() {
        return CAPTURE.get();
    }

    /**
     * Lets a function whose failures the host reports work with the capture.
     *
     * @throws InvocationFailedException if it fails as it may
     */
    static void invoke(Consumer<Capture> function) {
        try {
            function.accept(capture());
        } catch (PersistException | RefusedEventException | BlobStoreException | SettingsException e) {
            throw new InvocationFailedException(e);
        }
    }

    static synchronized Invoker invoker() {
        if (invoker == null) {
            invoker = InvokerFunction.open(System.getenv());
        }
        return invoker;
    }
}
