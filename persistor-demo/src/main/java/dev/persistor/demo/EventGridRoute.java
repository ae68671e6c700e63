package dev.persistor.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;
import dev.persistor.testkit.azure.AzureFunctionsHost;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Event Grid: a message is a CloudEvent that carries its bytes as Base64, and what else it has is in the event's fields.
 *
 * <p>Immutable.
 */
final class EventGridRoute implements AzureRoute {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String SOURCE = "/demo/topics/orders-grid";

    @Override
    public String source() {
        return "orders-grid";
    }

    @Override
    public Message publish(Message message) {
        Attributes fields = Attributes.builder()
                .add("specversion", "1.0")
                .add("id", message.id())
                .add("source", SOURCE)
                .add("type", "order.created")
                .add("time", message.publishTime().toString())
                .add("subject", message.orderingKey().orElse(""))
                .build();
        return message.toBuilder()
                .id(message.id() + "@" + new Digest().add(SOURCE).hex(8))
                .source(source())
                .attributes(fields)
                .orderingKey(null)
                .build();
    }

    @Override
    public boolean deliver(AzureFunctionsHost host, Message message, int attempt) {
        Map<String, String> headers =
                Map.of("Content-Type", "application/cloudevents+json", "aeg-event-type", "Notification");
        return host.request("EventGridWebhook", "POST", headers, event(message)).status() == 200;
    }

    private static String event(Message message) {
        StringWriter event = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(event)) {
            json.writeStartObject();
            for (Attributes.Entry field : message.attributes()) {
                json.writeStringField(field.name(), field.value().text());
            }
            json.writeBinaryField("data_base64", EventHubRoute.bytes(message));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("write the event of " + message, e);
        }
        return event.toString();
    }
}
