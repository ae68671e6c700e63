/**
 * Archives that somebody made to break their readers. In comes a seed; out come files, each with what a reader must make of it.
 */
@NullMarked
package dev.persistor.testkit.hostile;

import org.jspecify.annotations.NullMarked;
