/**
 * What all commands share: their context (streams, environment, clock), exit codes, the types of their options, and the text and JSON
 * of their results. In come words that a person typed; out go values, or a message that says what is allowed. The commands are in
 * the packages that import this one.
 */
@NullMarked
package dev.persistor.standalone.cli;

import org.jspecify.annotations.NullMarked;
