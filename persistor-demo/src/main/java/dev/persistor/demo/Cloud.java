package dev.persistor.demo;

import java.io.IOException;
import java.util.Locale;

/**
 * The clouds that the demo knows.
 *
 * <p>Immutable.
 */
enum Cloud {
    /** Google Cloud: Pub/Sub events, the Functions Framework. */
    GCP {
        @Override
        DemoCloud start(RunFolder folder, long seed) throws IOException {
            return GcpDemo.start(folder, seed);
        }
    },
    /** Azure: events of Event Hubs, Service Bus and Event Grid, the packed functions, Azurite. */
    AZURE {
        @Override
        DemoCloud start(RunFolder folder, long seed) throws IOException {
            return AzureDemo.start(folder, seed);
        }
    };

    /**
     * Starts the cloud's function and waits until it answers.
     *
     * @param folder where to keep everything
     * @param seed what the storage faults are drawn from
     */
    abstract DemoCloud start(RunFolder folder, long seed) throws IOException;

    /** Returns the name as it is written on a command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
