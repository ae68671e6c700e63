package dev.persistor.gcp;

import dev.persistor.core.config.Setting;
import java.util.List;
import java.util.function.Function;

/**
 * The settings of {@link InvokerFunction} beside those of every invoker.
 *
 * <p>Immutable.
 */
public final class GcpInvokerSettings {

    /** The authentication of the invoker. */
    public enum Authentication {
        /** By an identity token of the function's service account. */
        IDENTITY,
        /** Not at all. */
        NONE
    }

    /** The authentication of the invoker. */
    public static final Setting<Authentication> AUTHENTICATION = Setting.optional(
                    "PERSISTOR_INVOKER_AUTHENTICATION",
                    "How the invoker authenticates: identity sends an identity token of its service account, none sends"
                            + " nothing.",
                    "identity or none",
                    GcpInvokerSettings::authentication)
            .withDefault("identity");

    /** The audience of the identity token. */
    public static final Setting<String> AUDIENCE = Setting.optional(
            "PERSISTOR_INVOKER_AUDIENCE",
            "The audience of the identity token, if it is not PERSISTOR_INVOKER_TARGET.",
            "the address of a Cloud Run service or function, or a custom audience",
            Function.identity());

    private GcpInvokerSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(AUTHENTICATION, AUDIENCE);
    }

    private static Authentication authentication(String text) {
        return switch (text.strip()) {
            case "identity" -> Authentication.IDENTITY;
            case "none" -> Authentication.NONE;
            default -> throw new IllegalArgumentException("unknown value");
        };
    }
}
