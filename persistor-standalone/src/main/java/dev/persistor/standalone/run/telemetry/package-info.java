/**
 * Metrics and traces for an OpenTelemetry collector. {@link dev.persistor.standalone.run.telemetry.Telemetry} is the way in: it takes
 * what the configuration says, and gives the registry of metrics and the listeners of a capture. What it sends, it sends on threads of its own;
 * messages never wait for it. Without a collector in the configuration no class of OpenTelemetry is loaded.
 */
@NullMarked
package dev.persistor.standalone.run.telemetry;

import org.jspecify.annotations.NullMarked;
