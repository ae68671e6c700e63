package dev.persistor.azure;

import dev.persistor.core.config.Setting;
import java.util.List;
import java.util.function.Function;

/**
 * The settings of {@link InvokerFunction} beside those of every invoker. Without one of them it shows nobody who it is.
 *
 * <p>Immutable.
 */
public final class AzureInvokerSettings {

    /** The key of the function that is called. */
    public static final Setting<String> KEY = Setting.optional(
                    "PERSISTOR_INVOKER_KEY",
                    "The key of the function that is called, best as a reference to Key Vault.",
                    "a function's or a host's key",
                    String::strip)
            .secret();

    /** What a token is asked for. */
    public static final Setting<String> AUDIENCE = Setting.optional(
            "PERSISTOR_INVOKER_AUDIENCE",
            "The application, in Microsoft Entra ID, of the function that is called: the invoker shows who it is by a token"
                    + " of its managed identity.",
            "an application's id or URI, such as api://CLIENT-ID",
            Function.identity());

    private AzureInvokerSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(KEY, AUDIENCE);
    }
}
