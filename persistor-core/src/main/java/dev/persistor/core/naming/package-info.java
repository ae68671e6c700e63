/**
 * From messages to a blob's name. A name is a pure function of the messages in the blob, so that a message that is
 * delivered again finds its blob. Nothing here reads a clock or draws a random number.
 */
@NullMarked
package dev.persistor.core.naming;

import org.jspecify.annotations.NullMarked;
