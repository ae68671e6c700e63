package dev.persistor.azure;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.DeliveryAnnotations;
import org.apache.qpid.proton.amqp.messaging.Footer;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.jspecify.annotations.Nullable;

/** Messages of any AMQP sections, encoded as senders other than Azure's clients encode them. */
final class AmqpSample {

    static final Instant TIME = Instant.parse("2026-01-31T02:10:00.123Z");

    private AmqpSample() {}

    /** Encodes sections one behind the other. */
    static byte[] of(Object... sections) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (Object section : sections) {
            message.writeBytes(AmqpCodec.encode(section));
        }
        return message.toByteArray();
    }

    static Header header() {
        Header header = new Header();
        header.setDurable(true);
        header.setPriority(UnsignedByte.valueOf((byte) 9));
        header.setTtl(UnsignedInteger.valueOf(259_200_000));
        return header;
    }

    /** All properties that AMQP has. */
    static Properties properties() {
        Properties properties = new Properties();
        properties.setMessageId("m-1");
        properties.setUserId(new Binary(new byte[] {1, -1}));
        properties.setTo("there");
        properties.setSubject("order");
        properties.setReplyTo("replies");
        properties.setCorrelationId("c-1");
        properties.setContentType(Symbol.valueOf("text/plain"));
        properties.setContentEncoding(Symbol.valueOf("gzip"));
        properties.setAbsoluteExpiryTime(Date.from(TIME.plusSeconds(60)));
        properties.setCreationTime(Date.from(TIME));
        properties.setGroupId("g-1");
        properties.setGroupSequence(UnsignedInteger.valueOf(0xFFFF_FFFEL));
        properties.setReplyToGroupId("rg-1");
        return properties;
    }

    /** A time that AMQP can say, and a calendar cannot. */
    static Date lastTime() {
        return Date.from(Instant.ofEpochMilli(Long.MAX_VALUE));
    }

    static MessageAnnotations annotations(Object... namesAndValues) {
        return new MessageAnnotations(symbols(namesAndValues));
    }

    static DeliveryAnnotations deliveryAnnotations(Object... namesAndValues) {
        return new DeliveryAnnotations(symbols(namesAndValues));
    }

    static Footer footer(Object... namesAndValues) {
        return new Footer(symbols(namesAndValues));
    }

    static ApplicationProperties attributes(Map<String, @Nullable Object> values) {
        return new ApplicationProperties(values);
    }

    private static Map<Symbol, Object> symbols(Object... namesAndValues) {
        Map<Symbol, Object> symbols = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            symbols.put(Symbol.valueOf((String) namesAndValues[i]), namesAndValues[i + 1]);
        }
        return symbols;
    }
}
