package dev.persistor.core.naming;

/**
 * Makes a value a part of a path.
 *
 * <p>An implementer owes: the part depends on the value and the limit alone, is never empty, and has no {@code /}.
 *
 * <p>Implementations are safe for use by many threads.
 */
@FunctionalInterface
interface ValueEncoder {

    /**
     * Encodes a value.
     *
     * @param limit the most characters of the result, {@link PathValues#SHORTEST_LIMIT} or more
     */
    String encode(String value, int limit);
}
