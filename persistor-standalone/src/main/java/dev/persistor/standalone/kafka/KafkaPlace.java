package dev.persistor.standalone.kafka;

import org.apache.kafka.common.TopicPartition;

/**
 * Where a record is, as one reading of its partition found it.
 *
 * @param partition the topic and its partition
 * @param offset the record's offset there
 * @param reading which reading of the partition it is in this process: what an earlier one took is not taken for what this did
 */
record KafkaPlace(TopicPartition partition, long offset, long reading) {}
