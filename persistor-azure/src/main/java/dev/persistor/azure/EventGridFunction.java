package dev.persistor.azure;

import com.microsoft.azure.functions.annotation.EventGridTrigger;
import com.microsoft.azure.functions.annotation.FunctionName;

/**
 * Archives what an Event Grid trigger delivers, in Event Grid's own schema or in that of CloudEvents.
 *
 * <p>The Functions host parses an event before it hands it over, and writes it again: white space changes, what looks like a
 * time may lose the zeros at its end, and of members with the same name the last is left. Where each byte counts, use
 * {@link EventGridWebhookFunction}.
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
     * @throws RuntimeException if the message may not be durable, or the event is malformed and quarantine is off
     */
    @FunctionName("EventGrid")
    public void run(@EventGridTrigger(name = "event", dataType = "string") String event) {
        FunctionApp.invoke(capture -> capture.archive(EventGridEvents.readRewritten(event, capture.source())));
    }
}
