package dev.persistor.core.config;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The definition of one setting: the name of its environment variable, what it means, what it may be.
 *
 * <p>Immutable.
 *
 * @param <T> the type of its value
 */
public final class Setting<T> {

    private final String name;
    private final String meaning;
    private final String allowed;
    private final Function<String, T> parser;
    private final @Nullable String defaultText;
    private final boolean required;
    private final boolean secret;
    private final boolean refusedWhenBlank;

    private Setting(
            String name,
            String meaning,
            String allowed,
            Function<String, T> parser,
            @Nullable String defaultText,
            boolean required,
            boolean secret,
            boolean refusedWhenBlank) {
        this.name = Objects.requireNonNull(name, "name");
        this.meaning = Objects.requireNonNull(meaning, "meaning");
        this.allowed = Objects.requireNonNull(allowed, "allowed");
        this.parser = Objects.requireNonNull(parser, "parser");
        this.defaultText = defaultText;
        this.required = required;
        this.secret = secret;
        this.refusedWhenBlank = refusedWhenBlank;
    }

    /**
     * Defines a setting that may be left out and has no default.
     *
     * @param name the environment variable
     * @param meaning one sentence for the reference
     * @param allowed what it may be, for the reference and for error messages
     * @param parser turns the text into the value, or throws {@link IllegalArgumentException} saying why it cannot
     */
    public static <T> Setting<T> optional(String name, String meaning, String allowed, Function<String, T> parser) {
        return new Setting<>(name, meaning, allowed, parser, null, false, false, false);
    }

    /** Returns this setting as one that must be given. */
    public Setting<T> required() {
        return new Setting<>(name, meaning, allowed, parser, null, true, secret, refusedWhenBlank);
    }

    /** Returns this setting with what it is when it is left out, as the text that a user would give. */
    public Setting<T> withDefault(String text) {
        return new Setting<>(name, meaning, allowed, parser, text, false, secret, refusedWhenBlank);
    }

    /** Returns this setting as one whose value is never printed. */
    public Setting<T> secret() {
        return new Setting<>(name, meaning, allowed, parser, defaultText, required, true, refusedWhenBlank);
    }

    /**
     * Returns this setting as one that must have a value where it is set: for others, blank counts as left out. It is meant for a
     * setting whose absence takes a protection away.
     */
    public Setting<T> refusedWhenBlank() {
        return new Setting<>(name, meaning, allowed, parser, defaultText, required, secret, true);
    }

    /** Returns the name of the environment variable. */
    public String name() {
        return name;
    }

    /** Returns what the setting means, in a sentence. */
    public String meaning() {
        return meaning;
    }

    /** Returns what the setting may be. */
    public String allowed() {
        return allowed;
    }

    /** Returns what the setting is when it is left out, as text; nothing where there is no default. */
    public Optional<String> defaultText() {
        return Optional.ofNullable(defaultText);
    }

    /** Tells whether the setting must be given. */
    public boolean isRequired() {
        return required;
    }

    /** Tells whether the value must never be printed. */
    public boolean isSecret() {
        return secret;
    }

    /** Tells whether the setting must have a value where it is set. */
    public boolean isRefusedWhenBlank() {
        return refusedWhenBlank;
    }

    T parse(String text) {
        return parser.apply(text);
    }

    @Override
    public String toString() {
        return name;
    }
}
