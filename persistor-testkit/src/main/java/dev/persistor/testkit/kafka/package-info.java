/**
 * Kafka in the test's own process: its own broker, started in a folder. In come the real clients' calls over a real socket; out
 * come the broker's own answers.
 */
@NullMarked
package dev.persistor.testkit.kafka;

import org.jspecify.annotations.NullMarked;
