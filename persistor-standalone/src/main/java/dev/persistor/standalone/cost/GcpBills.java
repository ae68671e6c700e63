package dev.persistor.standalone.cost;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What archiving costs on Google Cloud. Instances are as docs/deploy-gcp.md sets them up.
 *
 * <p>Immutable.
 */
final class GcpBills {

    /** Of a message, whatever the project's quotas say. */
    private static final long LARGEST = 10_000_000;

    /** A request to push or to pull counts as so many bytes at least. */
    private static final double LEAST_REQUEST = 1_000;

    /** A request to pull brings so many messages at most. */
    private static final double MOST_PULLED = 1_000;

    private static final double LISTED = 1_000;
    private static final Busy BUSY = new Busy(0.1, 0.1);
    private static final int CONCURRENCY = 80;
    private static final Duration LINGER_OF_FUNCTION = Duration.ofMillis(250);
    private static final Duration LINGER_OF_CONTAINER = Duration.ofSeconds(1);

    /** The default of PERSISTOR_PULL_IDLE: so long a run waits for more before it ends. */
    private static final double IDLE = 5;

    private static final double PUSH_MEMORY = 0.5;
    private static final double PULL_MEMORY = 1;
    private static final double CONTAINER_MEMORY = 1;

    /** A Cloud Storage subscription begins another file after five minutes, unless told otherwise. */
    private static final double EXPORT_FILE_SECONDS = 300;

    private final Question question;
    private final Messages messages;
    private final CloudPrices prices;
    private final Storage storage;

    private GcpBills(Question question, CloudPrices prices, StorageClass storage) {
        this.question = question;
        this.messages = question.messages();
        this.prices = prices;
        this.storage = new Storage(storage, question.months(), LISTED);
    }

    static Bills of(Question question, CloudPrices prices, StorageClass storage) {
        GcpBills bills = new GcpBills(question, prices, storage);
        return question.messages().bytes() > LARGEST
                ? new Bills(
                        List.of(),
                        Optional.empty(),
                        List.of("Pub/Sub does not accept messages larger than " + LARGEST + " bytes"))
                : new Bills(
                        List.of(bills.push(), bills.pushInBatches(), bills.pull(), bills.container()),
                        Optional.of(bills.export()),
                        List.of());
    }

    /** A function to which each message is pushed, and which writes each to an object of its own. */
    private Bill push() {
        double cpu = question.work().cpuSeconds(messages, 1);
        double seconds = question.work().writeSeconds() + cpu;
        double instances = BUSY.instances(messages.rate(), seconds, concurrency(), cpu);
        return pushed("push", messages.number(), instances, question.rawBytes());
    }

    /** The same, where requests that are served at a time share an object. */
    private Bill pushInBatches() {
        double linger = question.deployment().lingerSeconds(messages, LINGER_OF_FUNCTION);
        double cpu = question.work().cpuSeconds(messages, 1);
        double seconds = linger + question.work().writeSeconds() + cpu;
        double instances = BUSY.instances(messages.rate(), seconds, concurrency(), cpu);
        double met = messages.rate() / Math.max(1, instances) * linger;
        double batch = question.batch(Math.min(met, concurrency()));
        return pushed("push, batches", messages.number() / batch, instances, question.batchBytes());
    }

    private Bill pushed(String mode, double objects, double instances, double stored) {
        double bytes = messages.number() * Math.max(LEAST_REQUEST, (double) messages.bytes());
        double compute = prices.price(PriceName.FUNCTION_REQUESTS).of(messages.number())
                + function(instances * messages.seconds(), PUSH_MEMORY);
        return bill(mode, objects, bytes, compute, stored);
    }

    /** A function that empties a subscription now and then. */
    private Bill pull() {
        double batch = question.batch(question.backlog());
        double cpu = question.work().cpuSeconds(messages, 1 / batch);
        double run = BUSY.rounded(IDLE + question.work().writeSeconds() + question.backlog() * cpu);
        double requests = messages.number() / Math.max(1, Math.min(MOST_PULLED, question.backlog()));
        double bytes = Math.max(messages.allBytes(), requests * LEAST_REQUEST);
        double compute = prices.price(PriceName.FUNCTION_REQUESTS).of(question.runs())
                + function(question.runs() * run, PULL_MEMORY);
        return bill("pull", messages.number() / batch, bytes, compute, question.batchBytes());
    }

    /** A container that runs all the time. */
    private Bill container() {
        double linger = question.deployment().lingerSeconds(messages, LINGER_OF_CONTAINER);
        double alone = question.batch(messages.rate() * linger);
        double containers =
                Math.max(1, Math.ceil(messages.rate() * question.work().cpuSeconds(messages, 1 / alone)));
        double batch = question.batch(messages.rate() / containers * linger);
        double seconds = containers * messages.seconds();
        double compute = prices.price(PriceName.CONTAINER_VCPU).of(seconds)
                + prices.price(PriceName.CONTAINER_MEMORY).of(seconds * CONTAINER_MEMORY);
        return bill("container", messages.number() / batch, messages.allBytes(), compute, question.batchBytes());
    }

    /** A Cloud Storage subscription. */
    private Bill export() {
        double objects = messages.seconds() / EXPORT_FILE_SECONDS;
        double broker = prices.price(PriceName.PUBSUB_EXPORT).of(messages.allBytes());
        return storage.bill("Pub/Sub's export", objects, broker, 0, question.exportBytes());
    }

    private Bill bill(String mode, double objects, double delivered, double compute, double stored) {
        double broker = prices.price(PriceName.PUBSUB_DELIVERY).of(delivered);
        return storage.bill(mode, objects, broker, compute, stored);
    }

    private double function(double seconds, double memory) {
        return prices.price(PriceName.FUNCTION_VCPU).of(seconds)
                + prices.price(PriceName.FUNCTION_MEMORY).of(seconds * memory);
    }

    private double concurrency() {
        return question.deployment().concurrency().orElse(CONCURRENCY);
    }
}
