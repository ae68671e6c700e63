package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpAnnotatedMessage;
import com.azure.core.amqp.models.AmqpMessageProperties;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Puts broker properties back into the sections of an AMQP message that both Event Hubs and Service Bus keep. */
final class AmqpSections {

    private static final long MAX_UINT = 0xFFFF_FFFFL;
    private static final int MAX_UBYTE = 255;

    private AmqpSections() {}

    /** Sets what a broker property says, and tells whether it has a place in the message and a value that fits there. */
    static boolean set(AmqpAnnotatedMessage message, Attributes.Entry property, SentProperties sent) {
        AmqpMessageProperties properties = message.getProperties();
        AttributeValue value = property.value();
        try {
            switch (property.name()) {
                case BrokerProperties.CONTENT_ENCODING -> properties.setContentEncoding(text(property, sent));
                case AmqpNames.USER_ID -> properties.setUserId(bytes(value));
                case AmqpNames.CREATION_TIME -> properties.setCreationTime(time(value));
                case AmqpNames.ABSOLUTE_EXPIRY_TIME -> properties.setAbsoluteExpiryTime(time(value));
                case AmqpNames.GROUP_SEQUENCE -> properties.setGroupSequence(number(value, MAX_UINT));
                case AmqpNames.DURABLE -> message.getHeader().setDurable(Boolean.valueOf(value.text()));
                case AmqpNames.PRIORITY -> message.getHeader().setPriority((short) number(value, MAX_UBYTE));
                default -> {
                    return false;
                }
            }
            return true;
        } catch (DateTimeException | IllegalArgumentException doesNotFit) {
            return false;
        }
    }

    private static String text(Attributes.Entry property, SentProperties sent) {
        return sent.text("broker property " + property.name(), property.value().text());
    }

    private static byte[] bytes(AttributeValue value) {
        if (value.type() != AttributeValue.Type.BYTES) {
            throw new IllegalArgumentException("no bytes");
        }
        return value.bytes();
    }

    private static OffsetDateTime time(AttributeValue value) {
        return Instant.parse(value.text()).atOffset(ZoneOffset.UTC);
    }

    private static long number(AttributeValue value, long most) {
        long number = Long.parseLong(value.text());
        if (number < 0 || number > most) {
            throw new IllegalArgumentException("out of range");
        }
        return number;
    }
}
