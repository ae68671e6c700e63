/**
 * What entry points use. Deliveries and messages come in; {@link dev.persistor.core.capture.Capture} makes them durable as the
 * settings say, stores rejected events in quarantine, and leaves out replayed messages whose originals are archived. The result
 * tells the caller what may be acknowledged.
 */
@NullMarked
package dev.persistor.core.capture;

import org.jspecify.annotations.NullMarked;
