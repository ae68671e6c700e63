package dev.persistor.standalone.run;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.FeedProvider;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullStatus;
import dev.persistor.core.pull.StopReason;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.Pauses;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.standalone.metrics.PersistorMetrics;
import dev.persistor.standalone.run.config.CaptureConfig;
import dev.persistor.standalone.run.telemetry.Telemetry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One capture. From a broker it is a row of runs without an end: when one fails, another begins after a while, longer and longer while
 * nothing becomes durable.
 *
 * <p>Thread-safe.
 */
final class RunningCapture implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningCapture.class);
    private static final Backoff BETWEEN_RUNS = Backoff.ofMillis(500, 30_000);

    private final OutageLog outages = new OutageLog(LOG);
    private final CaptureConfig config;
    private final Capture capture;
    private final StoreHealth health;
    private final FatalError fatal;
    private final Optional<Thread> thread;
    private final Duration grace;
    private final Timer durable;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Feed feed;
    private Optional<String> problem = Optional.empty();

    private RunningCapture(
            CaptureConfig config,
            Capture capture,
            StoreHealth health,
            FatalError fatal,
            Duration grace,
            MeterRegistry registry) {
        this.config = config;
        this.capture = capture;
        this.health = health;
        this.fatal = fatal;
        Tags tags = tags(config);
        this.durable = Timer.builder("persistor.commit")
                .description("Time from receipt until the message was durable")
                .tags(tags)
                .register(registry);
        Gauge.builder("persistor.ready", this, it -> it.problem().isEmpty() ? 1 : 0)
                .description("1 if the store and the source can be reached, else 0")
                .tags(tags)
                .register(registry);
        this.thread =
                config.kind().provider().map(provider -> new Thread(() -> run(provider), "capture-" + config.name()));
        this.grace = grace;
        if (thread.isPresent()) {
            registerFeedGauges(registry, tags);
        }
    }

    private void registerFeedGauges(MeterRegistry registry, Tags tags) {
        Gauge.builder("persistor.held.messages", this, it -> it.status().messages())
                .description("Messages held that are not durable yet")
                .tags(tags)
                .register(registry);
        Gauge.builder("persistor.held", this, it -> it.status().bytes())
                .description("Payload bytes held that are not durable yet")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
        Gauge.builder("persistor.oldest.age", this, RunningCapture::oldestAge)
                .description("Age of the oldest held message by its publish time; 0 if none is held")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
        Gauge.builder("persistor.lag", this, RunningCapture::behind)
                .description("Messages at the broker that were not received yet; NaN if the broker does not report it")
                .baseUnit("messages")
                .tags(tags)
                .register(registry);
    }

    /**
     * Opens a capture; it does nothing before it is started.
     *
     * @param fatal told of an {@link Error} on any of its threads
     * @param grace how long what is held may take to become durable in the end
     * @throws SettingsException if its settings are wrong
     * @throws BlobStoreException if its store cannot be opened
     */
    static RunningCapture open(CaptureConfig config, FatalError fatal, Duration grace, Telemetry telemetry) {
        StoreHealth health = new StoreHealth(error -> fatal.report("Capture " + config.name(), error));
        List<PersistorListener> listeners =
                new ArrayList<>(telemetry.listeners(config.kind().name()));
        listeners.add(new PersistorMetrics(telemetry.registry(), tags(config)));
        listeners.add(health);
        return new RunningCapture(config, config.open(listeners), health, fatal, grace, telemetry.registry());
    }

    private static Tags tags(CaptureConfig config) {
        return Tags.of("capture", config.name());
    }

    String name() {
        return config.name();
    }

    /** Returns what makes messages durable that are sent to this process. */
    Capture capture() {
        return capture;
    }

    /** Tells whether messages are sent to this process. */
    boolean isSentTo() {
        return thread.isEmpty();
    }

    void start() {
        health.watch(capture.store().withRetries(RetryBudget.none()));
        thread.ifPresent(Thread::start);
        LOG.atInfo()
                .addKeyValue("capture", name())
                .log("Capturing from {} into {}", config.kind().name(), capture.store());
    }

    /** Returns what keeps this capture from being ready, if anything does. */
    Optional<String> problem() {
        return fatal.problem()
                .or(() -> health.problem().map(reason -> "store: " + reason))
                .or(() -> sourceProblem().map(reason -> "source: " + reason));
    }

    private synchronized Optional<String> sourceProblem() {
        PullStatus status = status();
        if (isSentTo() || status.isReached()) {
            return Optional.empty();
        }
        return status.trouble().or(() -> problem).or(() -> Optional.of("not connected yet"));
    }

    private synchronized PullStatus status() {
        return feed == null ? PullStatus.NONE : feed.run().status();
    }

    private double oldestAge() {
        return status().oldest()
                .map(published -> Math.max(
                        0,
                        Duration.between(published, Clock.systemUTC().instant()).toMillis() / 1_000.0))
                .orElse(0.0);
    }

    private synchronized double behind() {
        OptionalLong messages = feed == null ? OptionalLong.empty() : feed.behind();
        return messages.isPresent() ? messages.getAsLong() : Double.NaN;
    }

    private void run(FeedProvider provider) {
        PullLimits limits = PullLimits.endless(capture.settings(), grace);
        Pauses pauses = new Pauses(BETWEEN_RUNS);
        boolean isOver = isEnded();
        while (!isOver) {
            try (Feed opened = provider.open(capture, limits, config.environment())) {
                follow(opened);
                PullReport report = opened.archive();
                if (report.persisted() + report.alreadyThere() > 0) {
                    pauses.reset();
                }
                log(report);
                opened.run().error().ifPresent(this::fail);
            } catch (PullException | BlobStoreException | SettingsException e) {
                failed(String.valueOf(e.getMessage()), null);
            } catch (RuntimeException e) {
                failed(e.toString(), e);
            } catch (Error e) {
                fail(e);
            } finally {
                follow(null);
            }
            isOver = isEndedWithin(pauses.afterFailure());
        }
    }

    /** The process exits: another run would meet the same error. */
    private void fail(Error error) {
        fatal.report("Capture " + name(), error);
        ended.countDown();
    }

    private boolean isEnded() {
        return ended.getCount() == 0;
    }

    private synchronized void follow(@Nullable Feed opened) {
        if (feed != null) {
            PullStatus last = status();
            problem = last.isReached() ? Optional.empty() : last.trouble().or(() -> problem);
        }
        feed = opened;
        if (opened != null) {
            opened.run().whenDurable(this::madeDurable);
            if (isEnded()) {
                opened.run().end();
            }
        }
    }

    private void log(PullReport report) {
        if (report.stopped() == StopReason.FAILURE || report.failed() > 0) {
            outages.failed(
                    Level.ERROR,
                    reading(),
                    "run",
                    () -> "A run of " + name() + " ended and returned " + report.failed()
                            + " message(s) to the broker, which delivers them again. Report: " + report);
        } else {
            LOG.atInfo().addKeyValue("capture", name()).log("A run of {} ended: {}", name(), report);
        }
    }

    private void madeDurable(Duration held) {
        durable.record(held);
        outages.succeeded(reading());
    }

    private String reading() {
        return "Capture " + name();
    }

    private void failed(String reason, @Nullable RuntimeException unforeseen) {
        synchronized (this) {
            problem = Optional.of(reason);
        }
        if (unforeseen != null) {
            LOG.atError()
                    .addKeyValue("capture", name())
                    .setCause(unforeseen)
                    .log("Capture {} cannot read its source after an unexpected error", name());
        }
        outages.failed(
                Level.ERROR,
                reading(),
                "source",
                () -> "Capture " + name() + " cannot read its source; trying again: " + reason);
    }

    /** Waits for so long, or until it is to end; tells whether it is to end. */
    private boolean isEndedWithin(Duration time) {
        try {
            return ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Asks for no more messages; what is held is still made durable. */
    synchronized void end() {
        ended.countDown();
        if (feed != null) {
            feed.run().end();
        }
    }

    /** Waits until nothing is held any more, and no longer than this; tells whether that is so. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        if (thread.isEmpty()) {
            return true;
        }
        thread.get().join(Math.max(1, limit.toMillis()));
        return !thread.get().isAlive();
    }

    /** Closes the store, when all that is under way has an outcome. */
    @Override
    public void close() {
        end();
        health.close();
        capture.close();
        outages.close();
    }
}
