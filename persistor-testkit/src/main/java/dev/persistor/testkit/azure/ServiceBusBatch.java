package dev.persistor.testkit.azure;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a queue or a subscription, for a trigger of cardinality "many" and data type "binary", as version 5 of the
 * host's extension binds them ({@code ServiceBusTriggerBindingStrategy.cs} in
 * {@code sdk/servicebus/Microsoft.Azure.WebJobs.Extensions.ServiceBus/src/Triggers} of Azure/azure-sdk-for-net). One
 * message alone is {@link Message#toInvocation}.
 *
 * <p>Not thread-safe.
 */
public final class ServiceBusBatch {

    private static final List<String> TEXTS = List.of(
            "DeadLetterSource",
            "LockToken",
            "MessageId",
            "ContentType",
            "ReplyTo",
            "To",
            "Subject",
            "Label",
            "CorrelationId",
            "SessionId",
            "ReplyToSessionId",
            "PartitionKey");
    private static final List<String> VALUES = List.of(
            "DeliveryCount",
            "ExpiresAtUtc",
            "ExpiresAt",
            "EnqueuedTimeUtc",
            "EnqueuedTime",
            "ApplicationProperties",
            "UserProperties");
    // What the SDK says of a message that does not expire.
    private static final Instant NEVER =
            LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_900).toInstant(ZoneOffset.UTC);

    private final List<Message> messages = new ArrayList<>();

    /** Starts a batch without messages. */
    public ServiceBusBatch() {}

    /** Starts a message that is delivered for the first time, never expires and has nothing else. */
    public static Message message(byte[] body, long sequenceNumber, Instant enqueuedTime) {
        return new Message(body, sequenceNumber, enqueuedTime);
    }

    /** Adds a message, which must not be changed from now on. */
    public ServiceBusBatch add(Message message) {
        messages.add(message);
        return this;
    }

    /** Makes the invocation with the messages so far. */
    public HostedInvocation toInvocation() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        TEXTS.forEach(name -> metadata.put(name + "Array", texts(name)));
        // The extension fills this array with the other's values.
        metadata.put("TransactionPartitionKeyArray", texts("PartitionKey"));
        for (String name : VALUES) {
            metadata.put(
                    name + "Array",
                    messages.stream().map(message -> message.values.get(name)).toList());
        }
        metadata.put(
                "SequenceNumberArray",
                messages.stream().mapToLong(message -> message.sequenceNumber).toArray());
        return HostedInvocation.ofValues(
                messages.stream().map(message -> message.body).toArray(byte[][]::new), metadata);
    }

    private String[] texts(String name) {
        return messages.stream()
                .map(message -> message.texts.getOrDefault(name, ""))
                .toArray(String[]::new);
    }

    /**
     * One message. A property's value is a text, a number, a truth value, an {@link Instant}, a
     * {@link java.time.OffsetDateTime}, a {@link java.time.Duration}, a UUID, bytes or null.
     *
     * <p>Not thread-safe.
     */
    public static final class Message {

        private final byte[] body;
        private final long sequenceNumber;
        private final Map<String, String> texts = new LinkedHashMap<>();
        private final Map<String, Object> values = new LinkedHashMap<>();

        private Message(byte[] body, long sequenceNumber, Instant enqueuedTime) {
            this.body = body.clone();
            this.sequenceNumber = sequenceNumber;
            texts.put("LockToken", new UUID(0, sequenceNumber).toString());
            time("EnqueuedTime", enqueuedTime);
            expiresAt(NEVER);
            deliveryCount(1);
            applicationProperties(Map.of());
        }

        /** Says the how-manieth delivery this is, from 1. */
        public Message deliveryCount(int count) {
            values.put("DeliveryCount", count);
            return this;
        }

        /** Sets when the message expires. */
        public Message expiresAt(Instant time) {
            return time("ExpiresAt", time);
        }

        /** Sets the message id. */
        public Message messageId(String id) {
            return text("MessageId", id);
        }

        /** Sets the session id. */
        public Message sessionId(String id) {
            return text("SessionId", id);
        }

        /** Sets the correlation id. */
        public Message correlationId(String id) {
            return text("CorrelationId", id);
        }

        /** Sets the subject, which is also known as the label. */
        public Message subject(String subject) {
            return text("Subject", subject).text("Label", subject);
        }

        /** Sets the content type. */
        public Message contentType(String type) {
            return text("ContentType", type);
        }

        /** Sets the address to reply to. */
        public Message replyTo(String address) {
            return text("ReplyTo", address);
        }

        /** Sets the session to reply to. */
        public Message replyToSessionId(String id) {
            return text("ReplyToSessionId", id);
        }

        /** Sets the address that the message is for. */
        public Message to(String address) {
            return text("To", address);
        }

        /** Sets the partition key. */
        public Message partitionKey(String key) {
            return text("PartitionKey", key);
        }

        /** Sets the queue that the message was dead-lettered in. */
        public Message deadLetterSource(String queue) {
            return text("DeadLetterSource", queue);
        }

        /** Sets the application's properties. */
        public Message applicationProperties(Map<String, ? extends @Nullable Object> properties) {
            Map<String, @Nullable Object> copy = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
            values.put("ApplicationProperties", copy);
            values.put("UserProperties", copy);
            return this;
        }

        /** Makes the invocation of a trigger of cardinality "one". What is not set is not there at all. */
        public HostedInvocation toInvocation() {
            Map<String, Object> metadata = new LinkedHashMap<>(texts);
            metadata.putAll(values);
            metadata.put("SequenceNumber", sequenceNumber);
            return HostedInvocation.ofValues(body, metadata);
        }

        private Message text(String name, String text) {
            texts.put(name, text);
            return this;
        }

        private Message time(String name, Instant time) {
            values.put(name + "Utc", HostTimes.withoutZone(time));
            values.put(name, time.atOffset(ZoneOffset.UTC));
            return this;
        }
    }
}
