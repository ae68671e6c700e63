/** A store in a folder: durable by fsync, atomic by hard links, closed to names and links that lead out of it. */
@NullMarked
package dev.persistor.core.store.file;

import org.jspecify.annotations.NullMarked;
