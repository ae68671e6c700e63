package dev.persistor.standalone.cost;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What archiving costs on Azure. Functions run on Flex Consumption, as docs/deploy-azure.md sets them up.
 *
 * <p>Immutable.
 */
final class AzureBills {

    /** Event Grid, Service Bus and Event Hubs count a message in steps of so many bytes. */
    private static final long STEP = 64L << 10;

    private static final long LARGEST_OF_SERVICE_BUS = 256L << 10;
    private static final long LARGEST_OF_THE_OTHERS = 1L << 20;

    private static final double LISTED = 5_000;
    private static final Busy BUSY = new Busy(1, 0.1);

    /** The default number of parallel HTTP requests of a 2 GiB instance on Flex Consumption. */
    private static final int CONCURRENCY = 16;

    /** In the host.json of persistor-azure. */
    private static final int MOST_EVENTS = 64;

    /** As many threads write what an event hub brings. */
    private static final int WRITERS = 32;

    private static final Duration LINGER_OF_CONTAINER = Duration.ofSeconds(1);
    private static final double IDLE = 5;
    private static final double FUNCTION_MEMORY = 2;

    /** Container Apps have twice as many GiB as processors. */
    private static final double CONTAINER_MEMORY = 2;

    /** Event Hubs Capture begins another file after five minutes, in each partition, unless told otherwise. */
    private static final double CAPTURE_FILE_SECONDS = 300;

    private static final double UNIT_BYTES = 1L << 20;
    private static final double UNIT_EVENTS = 1_000;
    private static final double HOUR = 3_600;

    private final Question question;
    private final Messages messages;
    private final CloudPrices prices;
    private final Storage storage;

    private AzureBills(Question question, CloudPrices prices, StorageClass storage) {
        this.question = question;
        this.messages = question.messages();
        this.prices = prices;
        this.storage = new Storage(storage, question.months(), LISTED);
    }

    static Bills of(Question question, CloudPrices prices, StorageClass storage) {
        AzureBills bills = new AzureBills(question, prices, storage);
        List<Bill> ways = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        Optional<Bill> export = Optional.empty();
        if (question.messages().bytes() > LARGEST_OF_THE_OTHERS) {
            leftOut.add("Event Grid and Event Hubs do not accept messages larger" + " than " + LARGEST_OF_THE_OTHERS
                    + " bytes");
        } else {
            ways.addAll(List.of(bills.eventGrid(), bills.eventHub(), bills.eventHubInBatches(), bills.eventHubPull()));
            ways.add(bills.container());
            export = Optional.of(bills.capture());
        }
        if (question.messages().bytes() > LARGEST_OF_SERVICE_BUS) {
            leftOut.add("Service Bus does not accept messages larger than " + LARGEST_OF_SERVICE_BUS + " bytes");
        } else {
            ways.add(bills.serviceBus());
            ways.add(bills.serviceBusPull());
        }
        return new Bills(ways, export, leftOut);
    }

    /** The webhook of an event subscription, a message a request, each written to an object of its own. */
    private Bill eventGrid() {
        double operations = messages.number() * messages.steps(STEP);
        return each(
                "Event Grid",
                prices.price(PriceName.EVENT_GRID_OPERATIONS).of(operations),
                question.deployment().concurrency().orElse(CONCURRENCY));
    }

    /** A trigger on a topic's subscription; an instance takes one message at a time. */
    private Bill serviceBus() {
        return each("Service Bus", serviceBusOperations(), 1);
    }

    private Bill each(String mode, double broker, double concurrency) {
        double cpu = question.work().cpuSeconds(messages, 1);
        double seconds = question.work().writeSeconds() + cpu;
        double instances = BUSY.instances(messages.rate(), seconds, concurrency, cpu);
        return storage.bill(
                mode,
                messages.number(),
                broker,
                function(messages.number(), instances * messages.seconds()),
                question.rawBytes());
    }

    /** A delivery, in steps, and an operation that completes the message. */
    private double serviceBusOperations() {
        return prices.price(PriceName.SERVICE_BUS_OPERATIONS).of(messages.number() * (messages.steps(STEP) + 1));
    }

    /** A trigger on an event hub, that writes each event to an object of its own. */
    private Bill eventHub() {
        double cpu = question.work().cpuSeconds(messages, 1);
        double write = question.work().writeSeconds();
        int events = 1;
        while (events < MOST_EVENTS && events < perPartition() * duration(events, cpu, write)) {
            events++;
        }
        double instances = BUSY.instances(
                messages.rate() / events,
                duration(events, cpu, write),
                question.deployment().partitions(),
                events * cpu);
        return storage.bill(
                "Event Hubs",
                messages.number(),
                0,
                function(messages.number() / events, instances * messages.seconds()),
                question.rawBytes());
    }

    private static double duration(int events, double cpu, double write) {
        return Math.ceil((double) events / WRITERS) * write + events * cpu;
    }

    /** The same, where an object holds what one call brings: those that came while the call before it ran. */
    private Bill eventHubInBatches() {
        double write = question.work().writeSeconds();
        int events = 1;
        while (events < MOST_EVENTS && events < perPartition() * (write + events * cpuOf(events))) {
            events++;
        }
        double instances = BUSY.instances(
                messages.rate() / events,
                write + events * cpuOf(events),
                question.deployment().partitions(),
                events * cpuOf(events));
        return storage.bill(
                "Event Hubs, batches",
                messages.number() / question.batch(events),
                0,
                function(messages.number() / events, instances * messages.seconds()),
                question.batchBytes());
    }

    private double cpuOf(double events) {
        return question.work().cpuSeconds(messages, 1 / question.batch(events));
    }

    /** A function that reads an event hub on, now and then. */
    private Bill eventHubPull() {
        double batch = question.batch(question.backlog() / question.deployment().partitions());
        return pull("Event Hubs, pull", 0, batch);
    }

    /** A function that empties a topic's subscription now and then. */
    private Bill serviceBusPull() {
        return pull("Service Bus, pull", serviceBusOperations(), question.batch(question.backlog()));
    }

    private Bill pull(String mode, double broker, double batch) {
        double cpu = question.work().cpuSeconds(messages, 1 / batch);
        double run = BUSY.rounded(IDLE + question.work().writeSeconds() + question.backlog() * cpu);
        return storage.bill(
                mode,
                messages.number() / batch,
                broker,
                function(question.runs(), question.runs() * run),
                question.batchBytes());
    }

    /** A container that reads an event hub all the time. */
    private Bill container() {
        double linger = question.deployment().lingerSeconds(messages, LINGER_OF_CONTAINER);
        double batch = question.batch(perPartition() * linger);
        double cpu = question.work().cpuSeconds(messages, 1 / batch);
        double seconds = Math.max(1, Math.ceil(messages.rate() * cpu)) * messages.seconds();
        double compute = prices.price(PriceName.CONTAINER_VCPU).of(seconds)
                + prices.price(PriceName.CONTAINER_MEMORY).of(seconds * CONTAINER_MEMORY);
        return storage.bill("Event Hubs, container", messages.number() / batch, 0, compute, question.batchBytes());
    }

    /** Event Hubs Capture, on as few throughput units as take the stream. */
    private Bill capture() {
        double units =
                Math.ceil(Math.max(messages.rate() * messages.bytes() / UNIT_BYTES, messages.rate() / UNIT_EVENTS));
        double objects = question.deployment().partitions() * messages.seconds() / CAPTURE_FILE_SECONDS;
        return storage.bill(
                "Event Hubs Capture",
                objects,
                prices.price(PriceName.EVENT_HUBS_CAPTURE).of(units * messages.seconds() / HOUR),
                0,
                question.exportBytes());
    }

    private double function(double calls, double seconds) {
        return prices.price(PriceName.FUNCTION_EXECUTIONS).of(calls)
                + prices.price(PriceName.FUNCTION_MEMORY).of(seconds * FUNCTION_MEMORY);
    }

    private double perPartition() {
        return messages.rate() / question.deployment().partitions();
    }
}
