package dev.persistor.core.config;

import dev.persistor.core.log.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that is wrong with a configuration: which setting, what is wrong with it, and where it stands.
 *
 * <p>Its sentence consists of texts and of names of settings. A reader of a file replaces the names by the keys of the file
 * ({@link #written}), so that it need not search for them in texts. The texts hold no secrets: see {@link SafeText#withoutSecrets}.
 *
 * <p>Immutable.
 *
 * @param setting the setting to correct, if it is one
 * @param sentence the setting, the value received, what is allowed, and what to do
 * @param section the part of a file that it concerns, such as {@code captures.orders}
 * @param line the line of a file
 */
public record Problem(Optional<String> setting, List<Part> sentence, Optional<String> section, OptionalInt line) {

    /**
     * A part of a sentence.
     *
     * @param text what it reads
     * @param isName whether that is the name of a setting
     */
    public record Part(String text, boolean isName) {

        /** Hides secrets. */
        public Part {
            text = isName ? text : SafeText.withoutSecrets(text);
        }
    }

    /** Keeps its own copy of the sentence. */
    public Problem {
        sentence = List.copyOf(sentence);
    }

    /** Returns a problem of no setting in particular. */
    public static Problem of(String sentence) {
        return new Problem(Optional.empty(), List.of(new Part(sentence, false)), Optional.empty(), OptionalInt.empty());
    }

    /**
     * Returns a problem of a setting, whose sentence begins with the setting's name.
     *
     * @param setting the setting to correct
     * @param rest the rest of the sentence: texts, and each {@link Setting} that it names
     */
    public static Problem of(Setting<?> setting, Object... rest) {
        return about(setting, Stream.concat(Stream.of(setting), Stream.of(rest)).toArray());
    }

    /**
     * Returns a problem of a setting.
     *
     * @param setting the setting to correct
     * @param sentence the whole sentence: texts, and each {@link Setting} that it names
     */
    public static Problem about(Setting<?> setting, Object... sentence) {
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Object part : sentence) {
            if (part instanceof Setting<?> named) {
                parts.add(new Part(text.toString(), false));
                text.setLength(0);
                parts.add(new Part(named.name(), true));
            } else {
                text.append(part);
            }
        }
        parts.add(new Part(text.toString(), false));
        return new Problem(Optional.of(setting.name()), parts, Optional.empty(), OptionalInt.empty());
    }

    /**
     * Returns the problem in the words of a file or of other variables.
     *
     * @param key gives the key of a setting there, by its name
     */
    public Problem written(UnaryOperator<String> key) {
        List<Part> written = sentence.stream()
                .map(part -> part.isName() ? new Part(key.apply(part.text()), true) : part)
                .toList();
        return new Problem(setting.map(key), written, section, line);
    }

    /** Returns the problem with the part of a file that it concerns. */
    public Problem in(String part) {
        return new Problem(setting, sentence, Optional.of(part), line);
    }

    /** Returns the problem with its line in a file, the first of which is 1. */
    public Problem at(int number) {
        return new Problem(setting, sentence, section, OptionalInt.of(number));
    }

    /** Returns the sentence. */
    public String message() {
        return sentence.stream().map(Part::text).collect(Collectors.joining());
    }

    /** Returns the sentence, with the line and the part of the file before it. */
    @Override
    public String toString() {
        String where = line.isPresent() ? "line " + line.getAsInt() + ": " : "";
        return where + section.map(part -> part + ": ").orElse("") + message();
    }
}
