/**
 * What it takes to test an archive: the contracts of blob stores and of formats, stores that fail on purpose, messages that
 * are hard to keep, servers that stand in for clouds, and the comparison of what was sent with what is archived.
 */
@NullMarked
package dev.persistor.testkit;

import org.jspecify.annotations.NullMarked;
