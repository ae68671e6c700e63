package dev.persistor.core.naming;

import dev.persistor.core.message.Message;
import java.util.List;
import java.util.function.Function;

/** A piece of a parsed template. Immutable. */
sealed interface Part permits Part.Literal, Part.Extension, Part.Field, UtcPart, HourPart {

    /** Text that stands for itself; it may hold slashes. */
    record Literal(String text) implements Part {}

    /** The format's extension. */
    record Extension() implements Part {}

    /**
     * A value of the messages.
     *
     * @param name how the template names it
     * @param column where the template names it, from 1
     * @param ofOne the value of a blob that holds one message, before encoding
     * @param ofMany the value of a blob that holds several
     * @param trusted whether the value is made of digits, letters and hyphens only, and short: then it is never cut
     * @param encoder makes the value a part of the path
     */
    record Field(
            String name,
            int column,
            Function<Message, String> ofOne,
            Function<List<Message>, String> ofMany,
            boolean trusted,
            ValueEncoder encoder)
            implements Part {

        /** A field each of whose values has a part of its own. */
        Field(
                String name,
                int column,
                Function<Message, String> ofOne,
                Function<List<Message>, String> ofMany,
                boolean trusted) {
            this(name, column, ofOne, ofMany, trusted, PathValues::encode);
        }

        /** A field whose value the first message decides. */
        static Field of(String name, int column, Function<Message, String> value, boolean trusted) {
            return new Field(name, column, value, messages -> value.apply(messages.get(0)), trusted);
        }

        /** Returns this field with its values encoded otherwise. */
        Field encodedBy(ValueEncoder other) {
            return new Field(name, column, ofOne, ofMany, trusted, other);
        }

        /** Returns the part of the path, of {@code limit} characters at most. */
        String encoded(List<Message> messages, int limit) {
            String value = messages.size() == 1 ? ofOne.apply(messages.get(0)) : ofMany.apply(messages);
            return encoder.encode(value, limit);
        }
    }
}
