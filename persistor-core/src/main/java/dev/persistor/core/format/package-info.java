/**
 * How messages become a blob's content and metadata, and how they come back: every byte and every attribute, with its
 * type. A reader recognises the format from the blob, never from a configuration.
 */
@NullMarked
package dev.persistor.core.format;

import org.jspecify.annotations.NullMarked;
