/**
 * {@code persistor run}: captures from brokers and by HTTP, without an end. {@link
 * dev.persistor.standalone.run.RunCommand} is the way in; {@code Service} is the process, {@code RunningCapture} one capture of it,
 * {@code HttpServing} what is served over HTTP.
 */
@NullMarked
package dev.persistor.standalone.run;

import org.jspecify.annotations.NullMarked;
