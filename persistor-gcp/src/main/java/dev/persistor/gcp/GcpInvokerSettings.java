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

    /** How the invoker shows who it is. */
    public enum Authentication {
        /** By an identity token of the function's service account. */
        IDENTITY,
        /** Not at all. */
        NONE
    }

    /** How the invoker shows who it is. */
    public static final Setting<Authentication> AUTHENTICATION = Setting.optional(
                    "PERSISTOR_INVOKER_AUTHENTICATION",
                    "How the invoker shows who it is: by an identity token of its service account, or not at all.",
                    "identity or none",
                    GcpInvokerSettings::authentication)
            .withDefault("identity");

    /** Whom the identity token is for. */
    public static final Setting<String> AUDIENCE = Setting.optional(
            "PERSISTOR_INVOKER_AUDIENCE",
            "Whom the identity token is for, where that is not PERSISTOR_INVOKER_TARGET itself.",
            "the address of a service of Cloud Run or of a function, or an audience that was added to it",
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
            default -> throw new IllegalArgumentException("it is neither");
        };
    }
}
