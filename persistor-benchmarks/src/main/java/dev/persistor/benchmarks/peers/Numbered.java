package dev.persistor.benchmarks.peers;

import dev.persistor.benchmarks.SampleMessages;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Payloads that tell which they are and whether they are whole: a line of JSON that begins with its number. */
final class Numbered {

    private static final Pattern NUMBER = Pattern.compile("\\{\"order\":(\\d{1,9}),.*");

    private Numbered() {}

    /** Returns the payload of a number. */
    static byte[] payload(int number) {
        return SampleMessages.payload(number, new Random(number));
    }

    /** Returns the number of a payload, or nothing if it is not, byte for byte, that of a number. */
    static OptionalInt number(byte[] payload) {
        Matcher matcher = NUMBER.matcher(new String(payload, StandardCharsets.UTF_8));
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(matcher.group(1));
        return Arrays.equals(payload, payload(number)) ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
