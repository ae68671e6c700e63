package dev.persistor.azure;

import com.microsoft.azure.functions.annotation.EventGridTrigger;
import com.microsoft.azure.functions.annotation.FunctionName;
import dev.persistor.core.Capture;

/**
 * Archives what an Event Grid trigger delivers, in Event Grid's own schema or in that of CloudEvents.
 *
 * <p>The Functions host parses an event before it hands it over, and writes it again: white space is another, and what
 * looks like a time may lose the zeros at its end. Where each byte counts, use {@link EventGridWebhookFunction}.
 *
 * <p>It returns when the message is durable. It throws when it may not be, and Event Grid delivers again.
 *
 * <p>Thread-safe.
 */
public final class EventGridFunction {

    /** For the platform: reads the environment at the first event. */
    public EventGridFunction() {}

    /**
     * Makes an event durable.
     *
     * @throws dev.persistor.core.PersistException if the message may not be durable
     * @throws dev.persistor.core.RefusedEventException if the event cannot be understood and quarantine is off
     */
    @FunctionName("EventGrid")
    public void run(@EventGridTrigger(name = "event", dataType = "string") String event) {
        Capture capture = FunctionApp.capture();
        capture.archive(EventGridEvents.read(event, capture.source()));
    }
}
