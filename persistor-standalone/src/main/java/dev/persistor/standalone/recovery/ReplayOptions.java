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

/** How messages are published. Not thread-safe. */
final class ReplayOptions {

    /** In which order messages go out. */
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

    /** What follows a failed message. */
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
            description =
                    "Gives each message an id that the target has not seen, for a target that drops messages whose ids"
                            + " it knows, as a queue of Service Bus with duplicate detection does. The same command with the same"
                            + " --checkpoint gives the same ids again; the attribute persistor-broker-messageId has the old one."
                            + " Default: messages keep their ids.")
    private boolean newIds;

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            converter = RateText.Rate.class,
            description = "At most so many messages, evenly: 500/s, 30/m. Default: as fast as the target takes them.")
    private @Nullable Double rate;

    @Option(
            names = "--speed",
            paramLabel = "Nx",
            converter = RateText.Speed.class,
            description =
                    "With the spacing of the publish times, so many times as fast: 1x, 10x. Default: as fast as the"
                            + " target takes them.")
    private @Nullable Double speed;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            converter = OrderName.class,
            description =
                    "key: by publish time within each ordering key; time: by publish time, each when the one before is"
                            + " there; none: as they are read. Default: key.")
    private Order order = Order.KEY;

    @Option(
            names = "--dedupe",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Whether a message that is archived more than once goes out once; it does unless --no-dedupe is given. A"
                            + " checkpoint is used with one of the two.")
    private boolean dedupe = true;

    @Option(
            names = "--mark",
            paramLabel = "NAME=VALUE",
            converter = KeyValue.Converter.class,
            description =
                    "An attribute to add to each message that has none of that name; may be repeated. Default: none.")
    private List<KeyValue> marks = new ArrayList<>();

    @Option(
            names = "--keep-time",
            paramLabel = "NAME",
            description =
                    "Puts the original publish time into this attribute too, where a consumer such as Dataflow reads"
                            + " it. Default: only persistor-original-publish-time has it.")
    private String timeAttribute = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = Numbers.Many.class,
            description = "Stops after so many messages. Default: no limit.")
    private @Nullable Long limit;

    @Option(
            names = "--under-way",
            paramLabel = "N",
            converter = Numbers.Some.class,
            description =
                    "How many messages may be without an answer at a time, and so how many may go out twice after a"
                            + " kill; 1 with --order time. A checkpoint in a store is written once for each half of them."
                            + " Default: 1000.")
    private int underWay = 1_000;

    @Option(
            names = "--on-failure",
            paramLabel = "WHAT",
            converter = FailingName.class,
            description =
                    "What follows a failed message. stop-key: later messages of its ordering key are held back, and"
                            + " fail, too; continue: they go out; stop: the replay ends. A copy has no order, and stop-key holds"
                            + " nothing back there. Default: stop-key.")
    private Failing onFailure = Failing.STOP_KEY;

    @Option(
            names = "--max-failures",
            paramLabel = "N",
            converter = Numbers.Many.class,
            description = "Ends when so many messages failed, those held back included. Default: 1000.")
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
            throw archive.wrong("--rate and --speed exclude each other");
        }
        if (speed != null && order == Order.NONE) {
            throw archive.wrong("--speed needs messages in the order of time, so not --order none");
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
                    "a copy into another store leaves messages as they are, so --mark, --keep-time and --new-ids have no"
                            + " place beside it");
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
