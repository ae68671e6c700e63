package dev.persistor.standalone.run;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.standalone.run.config.CaptureConfig;
import dev.persistor.standalone.run.config.RunConfig;
import dev.persistor.standalone.run.telemetry.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process: all captures, and what is served over HTTP.
 *
 * <p>Thread-safe.
 */
final class Service implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    /** The part of the stop time reserved for closing connections after the captures. */
    private static final int SHARES = 10;

    private final RunConfig config;
    private final List<RunningCapture> captures;
    private final HttpServing http;
    private final FatalError fatal;
    private final Telemetry telemetry;
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private boolean closed;

    private Service(
            RunConfig config, List<RunningCapture> captures, HttpServing http, Telemetry telemetry, FatalError fatal) {
        this.config = config;
        this.captures = captures;
        this.http = http;
        this.telemetry = telemetry;
        this.fatal = fatal;
    }

    /**
     * Starts all captures.
     *
     * @throws SettingsException if any capture's settings are wrong; it names the problems of all
     * @throws BlobStoreException if a store cannot be opened
     * @throws IOException if the address cannot be served at
     */
    static Service start(RunConfig config) throws IOException {
        return start(
                config,
                HttpLimits.of(config.http().connections(), Runtime.getRuntime().maxMemory()));
    }

    /** Starts all captures, as {@link #start(RunConfig)} does, with limits of its own for clients of HTTP. */
    static Service start(RunConfig config, HttpLimits limits) throws IOException {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Telemetry telemetry = Telemetry.start(config.telemetry(), prometheus);
        try {
            return start(config, limits, prometheus, telemetry);
        } catch (IOException | RuntimeException e) {
            telemetry.close(Duration.ofSeconds(1));
            throw e;
        }
    }

    private static Service start(
            RunConfig config, HttpLimits limits, PrometheusMeterRegistry prometheus, Telemetry telemetry)
            throws IOException {
        FatalError fatal = new FatalError();
        List<RunningCapture> captures = open(config, fatal, telemetry);
        HttpServing http;
        try {
            http = HttpServing.start(config.http(), limits, captures, prometheus, error -> fatal.report("HTTP", error));
        } catch (IOException | RuntimeException e) {
            captures.forEach(RunningCapture::close);
            throw e;
        }
        Service service = new Service(config, captures, http, telemetry, fatal);
        service.bindMetricsOfTheJvm();
        captures.forEach(RunningCapture::start);
        return service;
    }

    private void bindMetricsOfTheJvm() {
        MeterRegistry registry = telemetry.registry();
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /**
     * Opens all captures and closes them again.
     *
     * @throws SettingsException if any capture's settings are wrong; it names the problems of all
     * @throws BlobStoreException if a store cannot be opened
     */
    static void check(RunConfig config) {
        open(config, new FatalError(), Telemetry.none()).forEach(RunningCapture::close);
    }

    private static List<RunningCapture> open(RunConfig config, FatalError fatal, Telemetry telemetry) {
        List<RunningCapture> opened = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Duration grace = share(config.shutdown(), SHARES - 2);
        try {
            for (CaptureConfig capture : config.captures()) {
                try {
                    opened.add(RunningCapture.open(capture, fatal, grace, telemetry));
                } catch (SettingsException e) {
                    problems.addAll(e.problems());
                }
            }
            if (!problems.isEmpty()) {
                throw new SettingsException(problems);
            }
            return opened;
        } catch (RuntimeException e) {
            opened.forEach(RunningCapture::close);
            throw e;
        }
    }

    private static Duration share(Duration whole, int parts) {
        return whole.multipliedBy(parts).dividedBy(SHARES);
    }

    /** Returns what is told of errors of the process. */
    FatalError fatal() {
        return fatal;
    }

    /** Returns the port that messages are sent to. */
    int port() {
        return http.port();
    }

    /** Returns the port of health and metrics. */
    int adminPort() {
        return http.adminPort();
    }

    /**
     * Stops within the time of the configuration: no more messages are taken, and what is held is made durable. What is not
     * durable then was not acknowledged, and comes again.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        LOG.info("Stopping within {} s", config.shutdown().toSeconds());
        long until = System.nanoTime() + share(config.shutdown(), SHARES - 1).toNanos();
        captures.forEach(RunningCapture::end);
        boolean isInTime = http.drain(share(config.shutdown(), SHARES - 2));
        for (RunningCapture capture : captures) {
            isInTime &= awaitEnd(capture, until);
        }
        http.close();
        collections.close();
        if (isInTime) {
            captures.forEach(RunningCapture::close);
            LOG.info("Stopped. All acknowledged messages are durable");
        } else {
            LOG.warn("Stopped before all held messages were durable. The others were not acknowledged and will"
                    + " be delivered again");
        }
        telemetry.close(share(config.shutdown(), 1));
    }

    private static boolean awaitEnd(RunningCapture capture, long until) {
        try {
            return capture.awaitEnd(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
