package dev.persistor.benchmarks.start;

import dev.persistor.azure.EventGridFunction;

/** Persistor's function for Event Grid, made and called as the worker does, with the text of an event. */
public final class EventGridDelivery {

    private EventGridDelivery() {}

    /**
     * Archives one event.
     *
     * @param arguments the event
     */
    public static void main(String[] arguments) {
        new EventGridFunction().run(arguments[0]);
        System.out.println("durable");
        System.exit(0);
    }
}
