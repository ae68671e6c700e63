package dev.persistor.spark;

import java.io.Serializable;

/**
 * How the command ended for one shard.
 *
 * <p>Immutable.
 *
 * @param index which shard, from 0
 * @param code the exit code
 * @param err what was printed to the standard error
 */
record ShardOutcome(int index, int code, String err) implements Serializable {}
