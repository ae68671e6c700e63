package dev.persistor.core.archive;

/**
 * A message beside which another one was read: a copy of it, or a different message with its id.
 *
 * <p>Immutable.
 *
 * @param identity what names the message
 * @param place where it is, {@code BLOB#INDEX}
 * @param earlier where the other one is, which was read before it
 */
public record RepeatedMessage(Identity identity, String place, String earlier) {}
