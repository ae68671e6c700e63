package dev.persistor.standalone.run;

import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.standalone.explore.Explorer;
import dev.persistor.standalone.run.config.HttpConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is served over HTTP: {@code /v1/SOURCE} for each capture that is sent to, and health and metrics, at an address of their own or
 * at the same. An address of their own may have explorers too.
 *
 * <p>Thread-safe.
 */
final class HttpServing implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServing.class);
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(500);
    /** Of an address of their own, health and metrics need no more. */
    private static final int ADMIN_CONNECTIONS = 64;

    private final HttpIntake intake;
    private final HttpListener listener;
    private final Optional<HttpListener> adminListener;
    private final Optional<HttpExplorers> explorers;
    private final ScheduledExecutorService clock;

    private HttpServing(
            HttpIntake intake,
            HttpListener listener,
            Optional<HttpListener> adminListener,
            Optional<HttpExplorers> explorers,
            ScheduledExecutorService clock) {
        this.intake = intake;
        this.listener = listener;
        this.adminListener = adminListener;
        this.explorers = explorers;
        this.clock = clock;
    }

    /**
     * Begins to serve.
     *
     * @param fatal told of an {@link Error} on any of its threads
     * @throws IOException if an address cannot be served at; the message names it
     */
    static HttpServing start(
            HttpConfig config,
            HttpLimits limits,
            List<RunningCapture> captures,
            PrometheusMeterRegistry registry,
            Consumer<Error> fatal)
            throws IOException {
        HttpConnections connections = new HttpConnections(limits);
        HttpUploads uploads = new HttpUploads(limits);
        HttpIntake intake = new HttpIntake(captures, connections, uploads);
        HttpAdmin admin = new HttpAdmin(captures, registry, intake::isClosing);
        Gauge.builder("persistor.http.connections", connections, HttpConnections::open)
                .description("Open connections at http-address")
                .register(registry);
        HttpConnections adminConnections = new HttpConnections(limits.withConnections(ADMIN_CONNECTIONS));
        HttpListener listener = HttpListener.start(
                "persistor-http",
                config.address(),
                config.tls(),
                limits,
                connections,
                exchange -> route(
                        exchange,
                        Optional.of(intake),
                        config.admin().isEmpty() ? Optional.of(admin) : Optional.empty()),
                fatal);
        Optional<HttpExplorers> explorers = explorers(config, captures, fatal);
        Optional<HttpListener> adminListener = Optional.empty();
        try {
            if (config.admin().isPresent()) {
                adminListener = Optional.of(HttpListener.start(
                        "persistor-admin",
                        config.admin().get(),
                        Optional.empty(),
                        limits,
                        adminConnections,
                        exchange -> routeAdmin(exchange, admin, explorers, adminConnections),
                        fatal));
            }
        } catch (IOException e) {
            explorers.ifPresent(HttpExplorers::close);
            listener.close();
            throw e;
        }
        return new HttpServing(
                intake,
                listener,
                adminListener,
                explorers,
                clock(List.of(connections, adminConnections), uploads, fatal));
    }

    private static Optional<HttpExplorers> explorers(
            HttpConfig config, List<RunningCapture> captures, Consumer<Error> fatal) {
        return config.explorerToken()
                .flatMap(token ->
                        config.admin().map(admin -> new HttpExplorers(captures, token, admin.getHostString(), fatal)));
    }

    private static void routeAdmin(
            HttpExchange exchange, HttpAdmin admin, Optional<HttpExplorers> explorers, HttpConnections connections) {
        Optional<Explorer> explorer = explorers.flatMap(all -> all.find(exchange.path()));
        if (explorer.isPresent()) {
            // From here on the client waits for the archive.
            connections.received(exchange.connection());
            exchange.answerBy(explorer.get());
        } else {
            route(exchange, Optional.empty(), Optional.of(admin));
        }
    }

    private static void route(HttpExchange exchange, Optional<HttpIntake> intake, Optional<HttpAdmin> admin) {
        String path = exchange.path();
        if (intake.isPresent() && path.startsWith(HttpIntake.PATH)) {
            intake.get().handle(exchange);
        } else if (admin.isPresent() && HttpAdmin.PATHS.contains(path)) {
            exchange.answer(admin.get().answer(exchange.request().getMethod(), path));
        } else {
            exchange.answer(HttpAnswer.text(
                    404,
                    "no such path; the paths are " + (intake.isPresent() ? HttpIntake.PATH + "SOURCE" : "")
                            + (intake.isPresent() && admin.isPresent() ? ", " : "")
                            + (admin.isPresent() ? String.join(", ", HttpAdmin.PATHS) : "")));
        }
    }

    /** Looks again and again for clients that are too slow. */
    private static ScheduledExecutorService clock(
            List<HttpConnections> connections, HttpUploads uploads, Consumer<Error> fatal) {
        ScheduledExecutorService clock =
                Executors.newSingleThreadScheduledExecutor(DaemonThreads.numbered("persistor-http-clock"));
        ScheduledFuture<?> unused = clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        connections.forEach(HttpConnections::closeOverdue);
                        uploads.checkProgress();
                    } catch (RuntimeException e) {
                        LOG.error("The check for slow clients failed", e);
                    } catch (Error e) {
                        fatal.accept(e);
                    }
                },
                BETWEEN_CHECKS.toMillis(),
                BETWEEN_CHECKS.toMillis(),
                TimeUnit.MILLISECONDS);
        return clock;
    }

    /** Returns the port that messages are sent to. */
    int port() {
        return listener.port();
    }

    /** Returns the port of health and metrics. */
    int adminPort() {
        return adminListener.orElse(listener).port();
    }

    /** Takes no more messages, and lets requests under way end within this time; tells whether all did. */
    boolean drain(Duration limit) {
        return intake.close(limit);
    }

    /** Answers no more. */
    @Override
    public void close() {
        clock.shutdownNow();
        explorers.ifPresent(HttpExplorers::close);
        listener.close();
        adminListener.ifPresent(HttpListener::close);
    }
}
