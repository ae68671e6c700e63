/**
 * Calls a pull function many times at once, so that many instances of it pull. Settings say what is called; the reports of all
 * calls come back as one.
 */
@NullMarked
package dev.persistor.core.pull.invoke;

import org.jspecify.annotations.NullMarked;
