package dev.persistor.core.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Estimates at which keys the next pages of a listing begin. The characters around the first one in which the keys of a page differ are
 * read as the digits of a number. The next pages are assumed to cover as much of these numbers as this page. A wrong estimate only makes a
 * page too small or too large.
 *
 * <p>Not thread-safe.
 */
final class NameDigits {

    /** Places before and after the first that differs: few enough for the number, and enough for the size of a page. */
    private static final int AROUND = 4;
    /** So a page of evenly spread keys is rarely a little too large, which would cost another request. */
    private static final double PART_OF_A_PAGE = 0.9;
    /** Where a place has had so many characters, the places after it have had all of theirs. */
    private static final int MANY = 3;

    private static final int SAMPLES = 128;
    private static final String DECIMAL = "0123456789";
    private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
    /** What programs write numbers and random ids with, each in the order of its characters. */
    private static final List<String> ALPHABETS = List.of(
            DECIMAL,
            DECIMAL + "abcdef",
            DECIMAL + "ABCDEF",
            DECIMAL + LOWER,
            DECIMAL + UPPER,
            DECIMAL + UPPER + LOWER,
            "-" + DECIMAL + UPPER + "_" + LOWER);

    /** Stands for all characters that are not ASCII, by which nothing is divided. */
    private static final int OTHER = 127;

    /** The characters that were seen at each place of the keys. */
    private final List<BitSet> seen = new ArrayList<>();

    /** Returns estimates for the pages after one with two keys or more, if its keys show how to count on. */
    Optional<NameSplits> after(List<String> keys) {
        int stride = keys.size() / SAMPLES + 1;
        for (int i = 0; i < keys.size(); i += stride) {
            learn(keys.get(i));
        }
        String last = keys.get(keys.size() - 1);
        learn(last);
        List<String> inFolder = inFolderOf(last, keys);
        String first = inFolder.get(0);
        int differs = differ(first, last);
        int begin = Math.max(0, differs - AROUND);
        int end = Math.min(differs + AROUND, last.length());
        if (seen.subList(begin, end).stream().anyMatch(place -> place.get(OTHER))) {
            return Optional.empty();
        }
        List<String> digits = IntStream.range(begin, end)
                .mapToObj(place -> digits(place, end))
                .toList();
        long value = value(last, begin, digits);
        double step = (double) (value - value(first, begin, digits)) / inFolder.size() * keys.size() * PART_OF_A_PAGE;
        return Optional.of(new NameSplits(last.substring(0, begin), digits, value, step));
    }

    /** The keys of one folder tell more of its next ones, if the page has enough of them. */
    private static List<String> inFolderOf(String last, List<String> keys) {
        String folder = last.substring(0, last.lastIndexOf('/') + 1);
        int begin = keys.size();
        while (begin > 0 && keys.get(begin - 1).startsWith(folder)) {
            begin--;
        }
        return keys.size() - begin < SAMPLES ? keys : keys.subList(begin, keys.size());
    }

    private void learn(String key) {
        while (seen.size() < key.length()) {
            seen.add(new BitSet());
        }
        for (int i = 0; i < key.length(); i++) {
            seen.get(i).set(Math.min(key.charAt(i), OTHER));
        }
    }

    private static int differ(String first, String last) {
        int length = Math.min(first.length(), last.length());
        return IntStream.range(0, length)
                .filter(i -> first.charAt(i) != last.charAt(i))
                .findFirst()
                .orElse(length);
    }

    /** Returns the characters that keys have at a place, in their order, as far as those that were seen tell. */
    private String digits(int place, int end) {
        boolean isComplete = seen.subList(0, place).stream().anyMatch(before -> before.cardinality() >= MANY);
        if (isComplete || isSeparator(seen.get(place))) {
            return text(seen.get(place));
        }
        BitSet like = new BitSet();
        seen.subList(place, end).stream().filter(other -> !isSeparator(other)).forEach(like::or);
        return ALPHABETS.stream()
                .filter(alphabet -> like.stream().allMatch(character -> alphabet.indexOf(character) >= 0))
                .findFirst()
                .orElseGet(() -> text(like));
    }

    private static boolean isSeparator(BitSet place) {
        return place.cardinality() == 1 && !Character.isLetterOrDigit(place.nextSetBit(0));
    }

    private static String text(BitSet characters) {
        return characters.stream().mapToObj(Character::toString).collect(Collectors.joining());
    }

    private static long value(String key, int begin, List<String> digits) {
        long value = 0;
        for (int i = 0; i < digits.size(); i++) {
            // A key may be shorter than others, or have a character that is rare.
            int digit = begin + i < key.length() ? digits.get(i).indexOf(key.charAt(begin + i)) : 0;
            value = value * digits.get(i).length() + Math.max(0, digit);
        }
        return value;
    }
}
