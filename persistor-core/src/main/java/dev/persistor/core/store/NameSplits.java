package dev.persistor.core.store;

import java.util.List;
import java.util.Optional;

/**
 * The keys at which the pages after a page are estimated to begin; see {@link NameDigits}.
 *
 * <p>Not thread-safe.
 */
final class NameSplits {

    private final String head;
    private final List<String> digits;
    private final long last;
    private final double step;
    private int taken;
    private boolean isStopped;

    /**
     * Makes estimates.
     *
     * @param head what the keys have before the digits
     * @param digits the characters of each place in their order
     * @param last the number of the last key of the page
     * @param step how much a page covers
     */
    NameSplits(String head, List<String> digits, long last, double step) {
        this.head = head;
        this.digits = digits;
        this.last = last;
        this.step = step;
    }

    /** Returns the key at which the next page should begin, which need not exist; nothing if the number cannot be larger. */
    Optional<String> next() {
        taken++;
        long rest = last + (long) Math.ceil(taken * step);
        StringBuilder key = new StringBuilder();
        for (int i = digits.size() - 1; i >= 0; i--) {
            int radix = digits.get(i).length();
            key.append(digits.get(i).charAt((int) (rest % radix)));
            rest /= radix;
        }
        return isStopped || rest > 0 ? Optional.empty() : Optional.of(head + key.reverse());
    }

    /** Ends the estimates, since one was wrong. */
    void stop() {
        isStopped = true;
    }
}
