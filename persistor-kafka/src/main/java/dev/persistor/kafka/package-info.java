/**
 * Capture from Kafka, and from whatever speaks its protocol, such as Event Hubs. {@link
 * dev.persistor.kafka.KafkaFeedProvider} is the way in; {@code KafkaReader} reads, {@code KafkaMessages} says what a
 * record becomes.
 */
@NullMarked
package dev.persistor.kafka;

import org.jspecify.annotations.NullMarked;
