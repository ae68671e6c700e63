package dev.persistor.azure;

import dev.persistor.core.config.Setting;
import java.util.List;
import java.util.function.Function;

/**
 * The settings of {@link InvokerFunction} beside those of every invoker. Without one of them it does not authenticate.
 *
 * <p>Immutable.
 */
public final class AzureInvokerSettings {

    /** The key of the function that is called. */
    public static final Setting<String> KEY = Setting.optional(
                    "PERSISTOR_INVOKER_KEY",
                    "The key of the function to call, preferably as a Key Vault reference.",
                    "a function key or host key",
                    String::strip)
            .secret();

    /** The audience of the token. */
    public static final Setting<String> AUDIENCE = Setting.optional(
            "PERSISTOR_INVOKER_AUDIENCE",
            "The Microsoft Entra application of the function to call. The invoker authenticates with a token of"
                    + " its managed identity.",
            "an application's id or URI, such as api://CLIENT-ID",
            Function.identity());

    private AzureInvokerSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(KEY, AUDIENCE);
    }
}
