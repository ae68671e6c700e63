package dev.persistor.core;

import dev.persistor.core.message.Message;
import java.util.concurrent.CompletableFuture;

/**
 * A message that somebody waits for.
 *
 * @param message the message
 * @param future completes when the message is durable or has failed
 * @param bytes how much of the budget it holds
 */
record Pending(Message message, CompletableFuture<Receipt> future, long bytes) {}
