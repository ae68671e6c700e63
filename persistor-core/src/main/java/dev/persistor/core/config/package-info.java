/**
 * Settings out of environment variables or properties. Each {@link dev.persistor.core.config.Setting} is defined once,
 * with its meaning, default and allowed values; {@link dev.persistor.core.config.Settings} reads them all and reports
 * every problem at once.
 */
@NullMarked
package dev.persistor.core.config;

import org.jspecify.annotations.NullMarked;
