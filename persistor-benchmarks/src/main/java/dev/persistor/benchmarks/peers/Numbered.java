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

    private static final Pattern NUMBER = Pattern.compile("\\{\"order\":(\\d{1,9}),");
    private static final int LONGEST_HEAD = "{\"order\":123456789,".length();

    private Numbered() {}

    /** Returns the payload of a number. */
    static byte[] payload(int number) {
        return SampleMessages.payload(number, new Random(number));
    }

    /** Returns the number of a payload, or nothing if it is not, byte for byte, that of a number. */
    static OptionalInt number(byte[] payload) {
        int length = Math.min(payload.length, LONGEST_HEAD);
        Matcher head = NUMBER.matcher(new String(payload, 0, length, StandardCharsets.US_ASCII));
        if (!head.lookingAt()) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(head.group(1));
        return Arrays.equals(payload, payload(number)) ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
