package dev.persistor.core.format.jsonl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.format.Shown;
import java.io.IOException;

/**
 * A field of an envelope is not what it must be. The message names the field and no value, since it may be logged; {@link
 * #forSender} names the value too.
 */
final class FieldException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String forSender;

    private FieldException(String message, String forSender) {
        super(message);
        this.forSender = forSender;
    }

    /** Says that the parser's current value is of another type than the field needs. */
    static FieldException ofType(String field, String needed, JsonParser json) throws IOException {
        return new FieldException(
                field + " is not " + withArticle(needed),
                field + " is " + found(json) + "; it must be a" + " JSON " + needed);
    }

    /** Says that the parser's current text is not what the field needs. */
    static FieldException ofText(String field, String needed, String allowed, JsonParser json) throws IOException {
        return new FieldException(
                field + " is not " + withArticle(needed),
                field + " is " + Shown.text(json.getText()) + "; it must be " + allowed);
    }

    private static String withArticle(String needed) {
        return (needed.startsWith("o") ? "an " : "a ") + needed;
    }

    private static String found(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return "an object";
        }
        if (token == JsonToken.START_ARRAY) {
            return "an array";
        }
        return token == JsonToken.VALUE_STRING ? "a text" : Shown.text(json.getText());
    }

    /** Returns what is wrong for the one who sent it: the field, its value if it is short and no payload, and what is allowed. */
    String forSender() {
        return forSender;
    }
}
