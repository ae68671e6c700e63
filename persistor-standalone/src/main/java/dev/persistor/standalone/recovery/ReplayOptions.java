package dev.persistor.standalone.recovery;

import dev.persistor.core.replay.OnFailure;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayOrder;
import dev.persistor.core.replay.Throttle;
import dev.persistor.standalone.cli.Choice;
import dev.persistor.standalone.cli.Numbers;
import dev.persistor.standalone.cli.RateText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of publishing. Not thread-safe. */
final class ReplayOptions {

    /** The order of published messages. */
    enum Order {
        KEY(ReplayOrder.KEY),
        TIME(ReplayOrder.TIME),
        NONE(ReplayOrder.NONE);

        private final ReplayOrder order;

        Order(ReplayOrder order) {
            this.order = order;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The reaction to a failed message. */
    enum Failing {
        STOP_KEY(OnFailure.STOP_KEY),
        CONTINUE(OnFailure.CONTINUE),
        STOP(OnFailure.STOP);

        private final OnFailure policy;

        Failing(OnFailure policy) {
            this.policy = policy;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Option(
            names = "--new-ids",
            description = "Gives each message a new id, for a target that drops messages with known ids, such as a"
                    + " Service Bus queue with duplicate detection. With the same --checkpoint, the ids are the same in"
                    + " each run. The attribute persistor-broker-messageId holds the old id. Default: messages keep"
                    + " their ids.")
    private boolean newIds;

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            converter = RateText.Rate.class,
            description = "The highest rate, evenly spaced: 500/s, 30/m. Default: as fast as the target accepts"
                    + " messages.")
    private @Nullable Double rate;

    @Option(
            names = "--speed",
            paramLabel = "Nx",
            converter = RateText.Speed.class,
            description =
                    "Spaces messages by their publish times, this many times faster: 1x, 10x. Default: as fast as the"
                            + " target accepts messages.")
    private @Nullable Double speed;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            converter = OrderName.class,
            description = "key: by publish time within each ordering key. time: by publish time, waiting for each"
                    + " message to be accepted before sending the next. none: in reading order. Default: key.")
    private Order order = Order.KEY;

    @Option(
            names = "--dedupe",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Publishes a message once if it is archived more than once. This is the default; --no-dedupe"
                    + " turns it off. All runs with one checkpoint must use the same choice.")
    private boolean dedupe = true;

    @Option(
            names = "--mark",
            paramLabel = "NAME=VALUE",
            converter = KeyValue.Converter.class,
            description = "An attribute to add to each message that has no attribute with this name; may be repeated."
                    + " Default: none.")
    private List<KeyValue> marks = new ArrayList<>();

    @Option(
            names = "--keep-time",
            paramLabel = "NAME",
            description = "An attribute that also receives the original publish time, for a consumer such as Dataflow."
                    + " Default: only persistor-original-publish-time holds it.")
    private String timeAttribute = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = Numbers.Many.class,
            description = "Stops after this number of messages. Default: no limit.")
    private @Nullable Long limit;

    @Option(
            names = "--under-way",
            paramLabel = "N",
            converter = Numbers.Some.class,
            description =
                    "How many messages may wait for an answer at the same time. This is also how many may be published"
                            + " twice after a kill. With --order time it is 1. A checkpoint in a store is written once"
                            + " for each half of this number. Default: 1000.")
    private int underWay = 1_000;

    @Option(
            names = "--on-failure",
            paramLabel = "WHAT",
            converter = FailingName.class,
            description =
                    "What to do after a message failed. stop-key: hold back later messages with the same ordering key,"
                            + " which count as failed. continue: publish them. stop: end the replay. A copy into a"
                            + " store has no order, so stop-key holds nothing back there. Default: stop-key.")
    private Failing onFailure = Failing.STOP_KEY;

    @Option(
            names = "--max-failures",
            paramLabel = "N",
            converter = Numbers.Many.class,
            description = "Stops after this number of failed messages, including those held back. Default: 1000.")
    private long mostFailures = 1_000;

    /** Tells whether each message gets a new id. */
    boolean newIds() {
        return newIds;
    }

    /** Returns what tells a replay of these options from others, for a checkpoint; empty without such options. */
    String key() {
        return dedupe ? "" : ", with copies";
    }

    /**
     * Requires options that go together.
     *
     * @throws picocli.CommandLine.ParameterException if some do not
     */
    void requireSense(ArchiveOptions archive) {
        if (rate != null && speed != null) {
            throw archive.wrong("use --rate or --speed, not both");
        }
        if (speed != null && order == Order.NONE) {
            throw archive.wrong("--speed cannot be used with --order none, because it needs messages in time order");
        }
    }

    /**
     * Requires options that go together with the target.
     *
     * @throws picocli.CommandLine.ParameterException if some do not
     */
    void requireSense(ArchiveOptions archive, Target target) {
        if (target.isCopy() && (newIds || !marks.isEmpty() || !timeAttribute.isEmpty())) {
            throw archive.wrong(
                    "--mark, --keep-time and --new-ids cannot be used with a copy into a store, which keeps messages"
                            + " unchanged");
        }
    }

    /** Returns the replay of an archive to a target. */
    Replay.Builder replay(OpenArchive open, Target target) {
        Replay.Builder replay = Replay.of(open.archive(), open.filter())
                .to(target.publisher())
                .order(order.order)
                .mostUnderWay(underWay)
                .mostFailures(mostFailures)
                .onFailure(target.isCopy() && onFailure == Failing.STOP_KEY ? OnFailure.CONTINUE : onFailure.policy)
                .throttle(pace())
                .timeIn(timeAttribute);
        marks.forEach(mark -> replay.mark(mark.key(), mark.value()));
        if (!dedupe) {
            replay.withDuplicates();
        }
        if (target.isCopy()) {
            replay.withoutMarks();
        }
        if (limit != null) {
            replay.limit(limit);
        }
        return replay;
    }

    private Throttle pace() {
        if (rate != null) {
            return Throttle.perSecond(rate);
        }
        return speed != null ? Throttle.speed(speed) : Throttle.unlimited();
    }

    /** For the option. */
    static final class FailingName extends Choice<Failing> {
        FailingName() {
            super(Failing.values());
        }
    }

    /** For the option. */
    static final class OrderName extends Choice<Order> {
        OrderName() {
            super(Order.values());
        }
    }
}
