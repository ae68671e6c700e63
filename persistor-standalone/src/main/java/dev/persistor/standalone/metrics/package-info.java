/**
 * Metrics of what becomes of messages, for whatever Micrometer publishes to. What comes in is what a
 * {@link dev.persistor.core.write.PersistorListener} is told; what goes out are meters of a registry.
 */
@NullMarked
package dev.persistor.standalone.metrics;

import org.jspecify.annotations.NullMarked;
