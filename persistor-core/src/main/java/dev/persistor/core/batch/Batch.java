package dev.persistor.core.batch;

import java.time.Duration;
import java.util.List;

/**
 * Elements of one key that are to be written together.
 *
 * <p>Immutable.
 *
 * @param key what the elements have in common
 * @param elements the elements, at least one, in the order in which they came
 * @param bytes how many bytes they have together
 * @param cause why it is written now
 * @param waited how long the first element waited for others
 */
public record Batch<K, E>(K key, List<E> elements, long bytes, FlushCause cause, Duration waited) {}
