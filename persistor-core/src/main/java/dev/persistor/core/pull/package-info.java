/**
 * Pulls instead of being pushed to: one {@link dev.persistor.core.pull.PullRun} asks a broker for messages within
 * {@link dev.persistor.core.pull.PullLimits}, makes them durable through a {@link dev.persistor.core.capture.Capture}, tells the broker
 * what became of each, and reports. In come what a cloud's client hands over and the settings; out come acknowledgements and a
 * {@link dev.persistor.core.pull.PullReport}.
 */
@NullMarked
package dev.persistor.core.pull;

import org.jspecify.annotations.NullMarked;
