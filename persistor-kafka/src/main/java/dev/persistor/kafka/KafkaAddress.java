package dev.persistor.kafka;

import java.net.URI;
import java.util.Optional;

/**
 * The address of a topic: {@code kafka://HOST:PORT[,HOST:PORT...]/TOPIC}, or with {@code ?partition=original} of one whose records
 * keep their partitions.
 *
 * <p>Immutable.
 *
 * @param servers brokers to begin with
 * @param topic the topic
 * @param keepsPartitions whether records go to the partitions that they had
 */
record KafkaAddress(String servers, String topic, boolean keepsPartitions) {

    static final String SCHEME = "kafka";
    static final String EXAMPLE = "kafka://host:9092/topic";

    private static final String ORIGINAL = "partition=original";

    /**
     * Reads an address that must name a topic.
     *
     * @throws IllegalArgumentException if it is another address, or malformed; the message repeats no part that may hold a secret
     */
    static KafkaAddress ofTopic(URI address) {
        if (!SCHEME.equals(address.getScheme())) {
            throw new IllegalArgumentException("a Kafka topic is required, such as " + EXAMPLE);
        }
        return of(address);
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is malformed; the message repeats no part that may hold a secret
     */
    static KafkaAddress of(URI target) {
        String authority = Optional.ofNullable(target.getRawAuthority()).orElse("");
        if (authority.contains("@")) {
            throw malformed("it must not contain a user; set credentials as client properties, in "
                    + KafkaSettings.PROPERTIES.name() + " or the file of --kafka-properties");
        }
        String topic = Optional.ofNullable(target.getPath()).orElse("").replaceFirst("^/", "");
        if (!KafkaSettings.isTopic(topic)) {
            throw malformed("a topic has 1 to 249 letters, digits and . _ -, and is not . or ..");
        }
        String query = Optional.ofNullable(target.getRawQuery()).orElse("");
        if (!(query.isEmpty() || query.equals(ORIGINAL)) || target.getRawFragment() != null) {
            throw malformed("nothing may follow the topic except ?" + ORIGINAL);
        }
        return new KafkaAddress(servers(authority), topic, !query.isEmpty());
    }

    private static String servers(String authority) {
        try {
            return KafkaSettings.servers(authority);
        } catch (IllegalArgumentException e) {
            throw malformed("brokers are hosts with ports, separated by commas");
        }
    }

    private static IllegalArgumentException malformed(String rule) {
        return new IllegalArgumentException("this is not a topic address: " + rule + "; write " + EXAMPLE);
    }

    @Override
    public String toString() {
        return SCHEME + "://" + servers + "/" + topic;
    }
}
