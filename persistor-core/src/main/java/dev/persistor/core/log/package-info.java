/**
 * What every package needs to write log lines, reports and exceptions that a person on call can use: {@link
 * dev.persistor.core.log.OutageLog} keeps an outage from filling the log, {@link dev.persistor.core.log.SafeText} keeps secrets and
 * line breaks out of it. {@link dev.persistor.core.log.Causes} finds what a future failed with.
 */
@NullMarked
package dev.persistor.core.log;

import org.jspecify.annotations.NullMarked;
