package dev.persistor.core.message;

import dev.persistor.core.log.SafeText;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One message as its broker delivered it.
 *
 * <p>The {@link #id()} must name one message whatever the delivery: Pub/Sub's message id; partition and sequence number
 * on Event Hubs; sequence number and message id on Service Bus; source and event id on Event Grid. All that goes into a
 * blob's name is the same for each delivery of a message; what changes from one to the next is kept apart in
 * {@link #deliveryAttempt()}.
 *
 * <p>Two messages are equal when everything but the delivery attempt is equal.
 *
 * <p>Immutable.
 */
public final class Message {

    /** In each time zone a date of the calendar. */
    private static final Instant EARLIEST =
            LocalDate.of(Year.MIN_VALUE + 1, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC);

    private static final Instant LATEST = LocalDate.of(Year.MAX_VALUE, 1, 1)
            .atStartOfDay()
            .toInstant(ZoneOffset.UTC)
            .minusNanos(1);

    private final String id;
    /** Never given away as it is: it may be writable. */
    private final ByteBuffer payload;

    private final Attributes attributes;
    private final Attributes brokerProperties;
    private final Instant publishTime;
    private final @Nullable String orderingKey;
    private final String source;
    private final @Nullable Position position;
    private final @Nullable Integer deliveryAttempt;

    private Message(Builder builder) {
        this.id = requireText("id", builder.id);
        this.source = requireText("source", builder.source);
        this.publishTime =
                requireInCalendar(Objects.requireNonNull(builder.publishTime, "a message needs a publish time"));
        this.payload = builder.payload;
        this.attributes = builder.attributes;
        this.brokerProperties = builder.brokerProperties;
        this.orderingKey = builder.orderingKey;
        this.position = builder.position;
        this.deliveryAttempt = builder.deliveryAttempt;
    }

    /** An {@link Instant} reaches further than any date: the first folder that is named after it would fail. */
    private static Instant requireInCalendar(Instant time) {
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException("the publish time must be from " + EARLIEST + " to " + LATEST
                    + ", and is " + time.getEpochSecond() + " s since 1970");
        }
        return time;
    }

    private static String requireText(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("a message needs a non-empty " + field);
        }
        return value;
    }

    /** Returns a builder; id, source and publish time are required, all else is empty unless set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts with everything that this message has. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.source = source;
        builder.publishTime = publishTime;
        builder.payload = payload;
        builder.attributes = attributes;
        builder.brokerProperties = brokerProperties;
        builder.orderingKey = orderingKey;
        builder.position = position;
        builder.deliveryAttempt = deliveryAttempt;
        return builder;
    }

    /** Returns what names this message on its source, whatever the delivery; never empty. */
    public String id() {
        return id;
    }

    /** Returns the payload: a read-only view of its own position and limit, over bytes that are never changed. */
    public ByteBuffer payload() {
        return payload.asReadOnlyBuffer();
    }

    /**
     * Returns the CRC32C (RFC 3720, appendix B.4) of the payload, computed by each call. Callers cannot compute it without a
     * copy: the buffer that {@link #payload} returns hides its array.
     */
    public int payloadCrc32c() {
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }

    /** Returns the payload's size in bytes, 0 or more. */
    public int payloadSize() {
        return payload.remaining();
    }

    /** Returns the sender's attributes. */
    public Attributes attributes() {
        return attributes;
    }

    /** Returns what the broker says of the message, under the names of {@link BrokerProperties} or its own. */
    public Attributes brokerProperties() {
        return brokerProperties;
    }

    /** Returns when the broker took the message in, by the broker's clock. */
    public Instant publishTime() {
        return publishTime;
    }

    /** Returns the key within which the broker keeps messages in order, if there is one. */
    public Optional<String> orderingKey() {
        return Optional.ofNullable(orderingKey);
    }

    /** Returns the short name of the topic, subscription, hub or queue that the message came from; never empty. */
    public String source() {
        return source;
    }

    /** Returns partition and offset, where the broker has them. */
    public Optional<Position> position() {
        return Optional.ofNullable(position);
    }

    /** Returns which delivery of the message this is, counted from 1, where the broker tells. */
    public OptionalInt deliveryAttempt() {
        return deliveryAttempt == null ? OptionalInt.empty() : OptionalInt.of(deliveryAttempt);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message that
                && id.equals(that.id)
                && source.equals(that.source)
                && publishTime.equals(that.publishTime)
                && payload.equals(that.payload)
                && attributes.equals(that.attributes)
                && brokerProperties.equals(that.brokerProperties)
                && Objects.equals(orderingKey, that.orderingKey)
                && Objects.equals(position, that.position);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * id.hashCode() + source.hashCode()) + publishTime.hashCode();
    }

    /** Returns what names the message, for logs: never the payload nor an attribute. */
    @Override
    public String toString() {
        return "Message[id=" + SafeText.line(id) + ", source=" + SafeText.line(source) + ", publishTime=" + publishTime
                + ", payloadSize=" + payloadSize() + "]";
    }

    /** Collects the parts of a message. Not thread-safe. */
    public static final class Builder {
        private @Nullable String id;
        private @Nullable String source;
        private @Nullable Instant publishTime;
        private ByteBuffer payload = ByteBuffer.allocate(0);
        private Attributes attributes = Attributes.empty();
        private Attributes brokerProperties = Attributes.empty();
        private @Nullable String orderingKey;
        private @Nullable Position position;
        private @Nullable Integer deliveryAttempt;

        private Builder() {}

        /** Sets what names the message; see {@link Message#id()}. Required. */
        public Builder id(String id) {
            this.id = id;
            return this;
        }

        /** Sets where the message came from. Required. */
        public Builder source(String source) {
            this.source = source;
            return this;
        }

        /** Sets when the broker took the message in. Required. */
        public Builder publishTime(Instant publishTime) {
            this.publishTime = publishTime;
            return this;
        }

        /** Sets the payload. The array is not copied, and must not be changed from now on. */
        public Builder payload(byte[] payload) {
            this.payload = ByteBuffer.wrap(payload);
            return this;
        }

        /** Sets the payload: the buffer's remaining bytes, not copied, which must not be changed from now on. */
        public Builder payload(ByteBuffer payload) {
            this.payload = payload.slice();
            return this;
        }

        /** Sets the sender's attributes. Default: none. */
        public Builder attributes(Attributes attributes) {
            this.attributes = Objects.requireNonNull(attributes, "attributes");
            return this;
        }

        /** Sets what the broker says of the message. Default: nothing. */
        public Builder brokerProperties(Attributes brokerProperties) {
            this.brokerProperties = Objects.requireNonNull(brokerProperties, "brokerProperties");
            return this;
        }

        /** Sets the ordering key; null or empty, which is how Pub/Sub says so, means that there is none. */
        public Builder orderingKey(@Nullable String orderingKey) {
            this.orderingKey = orderingKey == null || orderingKey.isEmpty() ? null : orderingKey;
            return this;
        }

        /** Sets partition and offset; null means that the broker has none. */
        public Builder position(@Nullable Position position) {
            this.position = position;
            return this;
        }

        /** Sets which delivery this is, counted from 1; null means that the broker does not tell. */
        public Builder deliveryAttempt(@Nullable Integer deliveryAttempt) {
            this.deliveryAttempt = deliveryAttempt;
            return this;
        }

        /**
         * Returns the message.
         *
         * @throws IllegalArgumentException if id or source is missing or empty, or the publish time is outside of the calendar's
         *     years, -999999998 to 999999998
         * @throws NullPointerException if the publish time is missing
         */
        public Message build() {
            return new Message(this);
        }
    }
}
