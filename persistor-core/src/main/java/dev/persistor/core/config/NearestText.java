package dev.persistor.core.config;

import java.util.Collection;
import java.util.Optional;

/** Finds the known text that is most similar to an unknown one. Thread-safe. */
public final class NearestText {

    private static final int MOST_EDITS = 3;

    private NearestText() {}

    /**
     * Returns the known text that is nearest to another, if 3 edits at most lead from one to the other, and fewer than the shorter
     * one has characters.
     *
     * @param text what is not known
     * @param known what is
     */
    public static Optional<String> to(String text, Collection<String> known) {
        Optional<String> best = Optional.empty();
        int bestDistance = MOST_EDITS + 1;
        for (String candidate : known) {
            int distance = distance(text, candidate);
            if (distance < Math.min(bestDistance, Math.min(text.length(), candidate.length()))) {
                best = Optional.of(candidate);
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Levenshtein's distance: how many letters to insert, drop or replace. */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
