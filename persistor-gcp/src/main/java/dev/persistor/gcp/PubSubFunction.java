package dev.persistor.gcp;

import com.google.cloud.functions.CloudEventsFunction;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.Delivery;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.capture.SharedCapture;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.write.RejectedEvent;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import java.util.List;
import java.util.function.Supplier;

/**
 * Archives what a Pub/Sub trigger delivers: deploy it with the entry point {@code dev.persistor.gcp.PubSubFunction}.
 *
 * <p>It returns when the message is durable. It throws when it may not be, and Pub/Sub delivers again, provided that the
 * function is deployed with retries. Messages are filed under {@code PERSISTOR_SOURCE}, else their subscription, else
 * their topic.
 *
 * <p>Thread-safe.
 */
public final class PubSubFunction implements CloudEventsFunction {

    private final Supplier<Capture> capture;

    /** For the platform: reads the environment at the first event. */
    public PubSubFunction() {
        this(new SharedCapture(System::getenv, List.of()));
    }

    private PubSubFunction(Supplier<Capture> capture) {
        this.capture = capture;
    }

    /** Returns a function over a capture that is open already, and stays its owner's to close. */
    public static PubSubFunction over(Capture capture) {
        return new PubSubFunction(() -> capture);
    }

    /**
     * Makes the event's message durable.
     *
     * @throws dev.persistor.core.config.SettingsException if the configuration has problems
     * @throws dev.persistor.core.write.PersistException if the message may not be durable
     * @throws dev.persistor.core.capture.RefusedEventException if the event cannot be understood and quarantine is off
     */
    @Override
    public void accept(CloudEvent event) {
        Capture open = capture.get();
        open.archive(delivery(open, event));
    }

    private static Delivery delivery(Capture open, CloudEvent event) {
        try {
            PubSubEvent pubSub = PubSubEvent.read(data(event));
            return Delivery.of(pubSub.toMessage(open.source().orElseGet(() -> sourceOf(pubSub, event))));
        } catch (MalformedEventException e) {
            return Delivery.of(RejectedEvent.of(
                    open.source().orElse(PubSubEvent.UNKNOWN_SOURCE),
                    data(event),
                    event.getDataContentType() == null ? "application/octet-stream" : event.getDataContentType(),
                    headers(event),
                    e.reason()));
        }
    }

    private static byte[] data(CloudEvent event) {
        CloudEventData data = event.getData();
        return data == null ? new byte[0] : data.toBytes();
    }

    private static Attributes headers(CloudEvent event) {
        Attributes.Builder headers = Attributes.builder();
        event.getAttributeNames().stream().sorted().forEach(name -> {
            Object value = event.getAttribute(name);
            if (value != null) {
                headers.add(name, value.toString());
            }
        });
        return headers.build();
    }

    private static String sourceOf(PubSubEvent pubSub, CloudEvent event) {
        return pubSub.subscriptionName()
                .or(() -> PubSubEvent.shortName(event.getSource().toString()))
                .orElse(PubSubEvent.UNKNOWN_SOURCE);
    }
}
