/** The {@code persistor} command: what comes in is a command line, what goes out is text and an exit code. */
@NullMarked
package dev.persistor.standalone;

import org.jspecify.annotations.NullMarked;
