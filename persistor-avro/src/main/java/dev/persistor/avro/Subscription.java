package dev.persistor.avro;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;

/**
 * What a subscription's name in a file says of a message. Most messages of a file have the same, so whoever reads or
 * writes one keeps the last.
 *
 * <p>Immutable.
 *
 * @param name the name, as it is read
 * @param source the source that it stands for: what follows its last slash, if anything does
 * @param brokerProperties the broker properties that it stands for: only a full name is that of a subscription
 */
record Subscription(String name, String source, Attributes brokerProperties) {

    static final Subscription NONE = of("");

    static Subscription of(String name) {
        String read = ExportSchema.readBack(name);
        String shortName = read.substring(read.lastIndexOf('/') + 1);
        return new Subscription(read, shortName.isEmpty() ? read : shortName, brokerProperties(read));
    }

    private static Attributes brokerProperties(String name) {
        return name.indexOf('/') < 0
                ? Attributes.empty()
                : Attributes.builder().add(BrokerProperties.SUBSCRIPTION, name).build();
    }

    /** Returns the name to be written for a message: its subscription's, or its source without one. */
    static String nameFor(Message message) {
        for (Attributes.Entry property : message.brokerProperties().entries()) {
            if (property.name().equals(BrokerProperties.SUBSCRIPTION)
                    && !property.value().text().isEmpty()) {
                return property.value().text();
            }
        }
        return message.source();
    }

    /** Returns this subscription if it has the name, or else the one that has. */
    Subscription orNamed(String other) {
        return name.equals(other) ? this : of(other);
    }
}
