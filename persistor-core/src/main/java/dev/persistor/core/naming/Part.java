package dev.persistor.core.naming;

import dev.persistor.core.message.Message;
import java.util.List;
import java.util.function.Function;

/** A piece of a parsed template. Immutable. */
sealed interface Part {

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
     */
    record Field(
            String name,
            int column,
            Function<Message, String> ofOne,
            Function<List<Message>, String> ofMany,
            boolean trusted)
            implements Part {

        /** A field whose value the first message decides. */
        static Field of(String name, int column, Function<Message, String> value, boolean trusted) {
            return new Field(name, column, value, messages -> value.apply(messages.get(0)), trusted);
        }

        String value(List<Message> messages) {
            return messages.size() == 1 ? ofOne.apply(messages.get(0)) : ofMany.apply(messages);
        }
    }
}
