/**
 * Gathers what many callers bring into batches, by key, with bounds on elements, bytes and time. What comes in are elements
 * with a key and a size; what goes out are batches, on the threads of an executor. Nothing here knows what an element is.
 */
@NullMarked
package dev.persistor.core.batch;

import org.jspecify.annotations.NullMarked;
