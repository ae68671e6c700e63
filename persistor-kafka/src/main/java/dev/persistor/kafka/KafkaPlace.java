package dev.persistor.kafka;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The place of a record, as one reading of its partition found it.
 *
 * @param reading the reading: what an earlier one took is not taken for what this one did
 * @param offset the record's offset
 * @param epoch which leader of the partition wrote it, by which a truncation is noticed
 */
record KafkaPlace(Reading reading, long offset, Optional<Integer> epoch) {

    /**
     * One reading of a partition, from one place on.
     *
     * @param partition the topic and its partition
     * @param log the identity of the topic; empty where the brokers give none
     * @param number tells the readings of a process apart
     */
    record Reading(TopicPartition partition, String log, long number) {}
}
