package dev.persistor.azure;

import dev.persistor.core.Capture;
import dev.persistor.core.SharedCapture;

/**
 * What all functions of one process share. The Functions worker makes a new object for each invocation, so what is to
 * outlive one, the store's client above all, must be static.
 */
final class FunctionApp {

    private static final SharedCapture CAPTURE = new SharedCapture(System.getenv(), AzureSettings.all());

    private FunctionApp() {}

    static Capture capture() {
        return CAPTURE.get();
    }
}
