/**
 * Converts messages to a blob's content and metadata, and back: every byte and every attribute, with its
 * type. A reader recognises the format from the blob, never from a configuration.
 */
@NullMarked
package dev.persistor.core.format;

import org.jspecify.annotations.NullMarked;
