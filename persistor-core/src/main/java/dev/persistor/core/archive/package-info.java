/**
 * Finds and reads archived messages. In comes a store; out come blobs, messages with the places where they are, what
 * an archive holds in all, and what is wrong with it. Nothing here writes to the store.
 */
@NullMarked
package dev.persistor.core.archive;

import org.jspecify.annotations.NullMarked;
