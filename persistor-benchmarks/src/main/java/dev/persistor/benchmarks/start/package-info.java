/**
 * Programs whose start is measured, from the JVM to the first durable message. Each is handed its message as the argument,
 * prints a line when it is durable, and ends. They are packed into a jar of their own, which brings nothing along: their class
 * path is what is measured.
 */
@NullMarked
package dev.persistor.benchmarks.start;

import org.jspecify.annotations.NullMarked;
