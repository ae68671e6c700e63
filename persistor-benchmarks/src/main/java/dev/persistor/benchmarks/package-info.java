/**
 * What Persistor's core costs a message, by itself and against the plain libraries under it. What goes in are messages such
 * as Pub/Sub delivers; what comes out are JMH's figures.
 */
@NullMarked
package dev.persistor.benchmarks;

import org.jspecify.annotations.NullMarked;
