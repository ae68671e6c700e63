package dev.persistor.standalone.cost;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The prices that a bill needs besides those of storage, as they are named in the file.
 *
 * <p>Immutable.
 */
enum PriceName {
    PUBSUB_DELIVERY(Measure.BYTES, true, false),
    PUBSUB_EXPORT(Measure.BYTES, true, false),
    FUNCTION_REQUESTS(Measure.COUNT, true, false),
    FUNCTION_VCPU(Measure.VCPU, true, false),
    FUNCTION_MEMORY(Measure.MEMORY, true, true),
    CONTAINER_VCPU(Measure.VCPU, true, true),
    CONTAINER_MEMORY(Measure.MEMORY, true, true),
    EVENT_GRID_OPERATIONS(Measure.COUNT, false, true),
    SERVICE_BUS_OPERATIONS(Measure.COUNT, false, true),
    EVENT_HUBS_CAPTURE(Measure.CAPACITY, false, true),
    FUNCTION_EXECUTIONS(Measure.COUNT, false, true);

    private final Measure measure;
    private final boolean onGcp;
    private final boolean onAzure;

    PriceName(Measure measure, boolean onGcp, boolean onAzure) {
        this.measure = measure;
        this.onGcp = onGcp;
        this.onAzure = onAzure;
    }

    static List<PriceName> of(Provider provider) {
        return Arrays.stream(values())
                .filter(name -> provider == Provider.GCP ? name.onGcp : name.onAzure)
                .toList();
    }

    Measure measure() {
        return measure;
    }

    /** Returns the name as it is in the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
