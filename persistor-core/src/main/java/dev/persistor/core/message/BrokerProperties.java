package dev.persistor.core.message;

import java.util.Set;

/**
 * The reserved names under which {@link Message#brokerProperties()} keeps what the broker itself says of a message, so
 * that no property can be mistaken for an attribute that the sender chose.
 *
 * <p>A broker's further properties are kept under the broker's own names.
 *
 * <p>Immutable.
 */
public final class BrokerProperties {

    /** The MIME type that the sender declared for the payload. */
    public static final String CONTENT_TYPE = "contentType";
    /** The encoding of the payload in addition to its content type, such as {@code gzip}. */
    public static final String CONTENT_ENCODING = "contentEncoding";
    /** The id with which the sender correlates the message. */
    public static final String CORRELATION_ID = "correlationId";
    /** The id that the sender chose, where {@link Message#id()} holds more than that. */
    public static final String MESSAGE_ID = "messageId";
    /** The sender's subject, which Service Bus also calls label. */
    public static final String SUBJECT = "subject";
    /** The address for replies. */
    public static final String REPLY_TO = "replyTo";
    /** The session in which the sender wants replies. */
    public static final String REPLY_TO_SESSION_ID = "replyToSessionId";
    /** The address that the sender set. */
    public static final String TO = "to";
    /** The session of the message. */
    public static final String SESSION_ID = "sessionId";
    /** The key by which the broker chose a partition. */
    public static final String PARTITION_KEY = "partitionKey";
    /** The time to live of the message. */
    public static final String TIME_TO_LIVE = "timeToLive";
    /** The expiry time of the message. */
    public static final String EXPIRES_AT = "expiresAt";
    /** The enqueue time of a scheduled message. */
    public static final String SCHEDULED_ENQUEUE_TIME = "scheduledEnqueueTime";
    /** The queue or subscription in which the message was dead-lettered first. */
    public static final String DEAD_LETTER_SOURCE = "deadLetterSource";
    /** The reason for dead-lettering, in a few words. */
    public static final String DEAD_LETTER_REASON = "deadLetterReason";
    /** The description of the dead-lettering, a sentence or a stack trace. */
    public static final String DEAD_LETTER_ERROR_DESCRIPTION = "deadLetterErrorDescription";
    /**
     * What the body of an AMQP message was, where it was not one data section: {@code string} (the payload is its UTF-8),
     * {@code binary} (the payload is its bytes), {@code data-sections:} with the size of each (the payload is the bytes of all),
     * {@code value}, {@code sequence} or {@code sections} (the payload is the body's sections in AMQP's encoding).
     */
    public static final String AMQP_BODY = "amqpBody";
    /**
     * Begins the name of a property that holds the AMQP type of an attribute which {@link AttributeValue} has no type for:
     * {@code amqpType.NAME} with a value such as {@code ubyte}, for the attribute {@code NAME}.
     */
    public static final String AMQP_TYPE_PREFIX = "amqpType.";
    /** The broker's own offset, where {@link Position#offset()} holds a sequence number. */
    public static final String OFFSET = "offset";
    /** The key of a Kafka record where it is no text, and so no ordering key: bytes, of which there may be none. */
    public static final String KEY = "key";
    /** Whether a Kafka record has no value at all, which is not the same as an empty one. */
    public static final String TOMBSTONE = "tombstone";
    /** The timestamp type of a Kafka record, if it is not the producer's time. */
    public static final String TIMESTAMP_TYPE = "timestampType";
    /**
     * The first of the offsets right before a message's own that are no messages: marks of transactions, records of aborted ones,
     * and records that compaction removed. The broker passed over them when Persistor read the partition. It is absent where the
     * message follows the one before without a jump.
     */
    public static final String PASSED_FROM = "passedFrom";
    /** The subscription that delivered the message. */
    public static final String SUBSCRIPTION = "subscription";

    /** The properties that are part of what the sender said, and are the same for each delivery. */
    private static final Set<String> SET_BY_SENDER = Set.of(
            CONTENT_TYPE,
            CONTENT_ENCODING,
            CORRELATION_ID,
            MESSAGE_ID,
            SUBJECT,
            REPLY_TO,
            REPLY_TO_SESSION_ID,
            TO,
            SESSION_ID,
            PARTITION_KEY,
            KEY,
            TOMBSTONE);

    private BrokerProperties() {}

    /**
     * Tells whether the sender sets a property, so that two messages that differ in it are different messages. All others may
     * change from one delivery of a message to the next, or are not given by every way to read the broker.
     */
    public static boolean isSetBySender(String name) {
        return SET_BY_SENDER.contains(name);
    }

    /** Returns the reserved name of what AMQP 1.0 calls so in its section 3.2.4; for any other name, the name itself. */
    public static String ofAmqp(String name) {
        return switch (name) {
            case "content-type" -> CONTENT_TYPE;
            case "content-encoding" -> CONTENT_ENCODING;
            case "correlation-id" -> CORRELATION_ID;
            case "message-id" -> MESSAGE_ID;
            case "subject" -> SUBJECT;
            case "reply-to" -> REPLY_TO;
            case "to" -> TO;
            case "group-id" -> SESSION_ID;
            case "reply-to-group-id" -> REPLY_TO_SESSION_ID;
            default -> name;
        };
    }
}
