package dev.persistor.standalone.run;

import dev.persistor.core.format.Shown;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The value of a header of a CloudEvent (HTTP protocol binding 1.0.2, section 3.1.3.2): a quoted string is unquoted first, as RFC 7230
 * section 3.2.6 has it, and then what is percent-encoded is decoded. Without a faithful value the request is refused: a value that was
 * altered would be archived as the sender's.
 */
final class CloudEventHeader {

    private static final String ALLOWED =
            "; it must be printable ASCII, with other characters percent-encoded" + " as UTF-8";

    private CloudEventHeader() {}

    static String decode(String name, String value) throws RefusedRequestException {
        if (value.chars().anyMatch(c -> c != '\t' && (c < ' ' || c > '~'))) {
            throw malformed(name, value, ALLOWED);
        }
        return percentDecoded(name, value.startsWith("\"") ? unquoted(name, value) : value);
    }

    private static String unquoted(String name, String value) throws RefusedRequestException {
        StringBuilder text = new StringBuilder(value.length());
        int at = 1;
        while (at < value.length() && value.charAt(at) != '"') {
            at += value.charAt(at) == '\\' ? 1 : 0;
            if (at < value.length()) {
                text.append(value.charAt(at++));
            }
        }
        if (at != value.length() - 1) {
            throw malformed(
                    name,
                    value,
                    "; a value that begins with a quotation mark must be one quoted string, with \\\" for each"
                            + " mark in it");
        }
        return text.toString();
    }

    private static String percentDecoded(String name, String value) throws RefusedRequestException {
        if (value.indexOf('%') < 0) {
            return value;
        }
        ByteBuffer bytes = ByteBuffer.allocate(value.length());
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            int high = at + 2 < value.length() ? Character.digit(value.charAt(at + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(value.charAt(at + 2), 16);
            if (low < 0) {
                throw malformed(name, value, "; after each % there must be two hexadecimal digits");
            }
            bytes.put((byte) (high << 4 | low));
            at += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw malformed(name, value, "; percent-encoded bytes must be UTF-8");
        }
    }

    private static RefusedRequestException malformed(String name, String value, String allowed) {
        return RefusedRequestException.malformed("the header " + name + " is " + Shown.text(value) + allowed);
    }
}
