package dev.persistor.core.replay;

import java.util.Optional;

/**
 * A message that the target did not take.
 *
 * <p>Immutable.
 *
 * @param source where it came from
 * @param id its id
 * @param place where it is archived, {@code BLOB#INDEX}
 * @param orderingKey its ordering key, if it has one
 * @param reason why it failed
 * @param heldBack how many later messages of its ordering key were held back because of it
 */
public record FailedMessage(
        String source, String id, String place, Optional<String> orderingKey, String reason, long heldBack) {}
