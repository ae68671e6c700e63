/**
 * The commands that look into an archive and publish it again. In comes a store's address with what is of interest; out go
 * results to the standard output, progress and notes to the standard error, and an exit code. What they show is always in
 * UTC.
 */
@NullMarked
package dev.persistor.standalone.recovery;

import org.jspecify.annotations.NullMarked;
