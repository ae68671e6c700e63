package dev.persistor.demo;

import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A JVM beside this one that hosts a function. It ends with {@link #close}, or with this process, however that is ended
 * short of a kill that no process sees.
 *
 * <p>Thread-safe.
 */
final class HostProcess implements AutoCloseable {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);
    private static final long ASKED_EVERY_MILLIS = 50;
    private static final long ENDS_WITHIN_MILLIS = 5_000;
    /** Settings of the caller's own shell, which would configure the function in ways that the demo does not expect. */
    private static final List<String> OWN_SETTINGS = List.of("PERSISTOR_", "FAULTY_STORE_", "FUNCTION_", "K_");

    private final Process process;
    private final Path log;
    private final Thread endWithThisProcess;
    private volatile boolean interrupted;

    private HostProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.endWithThisProcess = new Thread(this::interrupt, "host-end");
    }

    /**
     * Starts a JVM with this one's class path.
     *
     * @param environment what is set beside this process's own environment
     * @param log takes what it prints
     */
    static HostProcess start(Map<String, String> environment, Path log, String mainClass, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for seconds: starting fast is worth more than running fast.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> OWN_SETTINGS.stream().anyMatch(name::startsWith));
        builder.environment().putAll(environment);
        HostProcess host = new HostProcess(builder.start(), log);
        host.endWithThisProcess();
        return host;
    }

    private void endWithThisProcess() {
        try {
            Runtime.getRuntime().addShutdownHook(endWithThisProcess);
        } catch (IllegalStateException ending) {
            interrupt();
            throw failure("start");
        }
    }

    private void interrupt() {
        interrupted = true;
        end();
    }

    /** Tells whether this host, and no other process, listens on a port. */
    boolean serves(ReservedPort port) {
        return port.isServedBy(process);
    }

    /**
     * Waits until the host answers, a minute at most.
     *
     * @throws IllegalStateException if it does not, or ends; the process is ended then
     */
    void awaitAnswer(BooleanSupplier answers) {
        long deadline = System.nanoTime() + ANSWERS_WITHIN.toNanos();
        while (System.nanoTime() < deadline && !endsWithin(ASKED_EVERY_MILLIS)) {
            if (answers.getAsBoolean()) {
                return;
            }
        }
        IllegalStateException failure = failure("does not answer within " + ANSWERS_WITHIN.toSeconds() + " s");
        close();
        throw failure;
    }

    /** Returns what to throw when the host does not do what it has to: why, as far as this process knows. */
    IllegalStateException failure(String what) {
        if (interrupted) {
            return new IllegalStateException("interrupted; the function's process is ended");
        }
        return new IllegalStateException(
                "the function's host " + (process.isAlive() ? what : "ended") + "; its log is " + log);
    }

    private boolean endsWithin(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IllegalStateException("interrupted while waiting for the function's host", e);
        }
    }

    private void end() {
        process.destroy();
        if (!endsWithin(ENDS_WITHIN_MILLIS)) {
            process.destroyForcibly();
            endsWithin(ENDS_WITHIN_MILLIS);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Ends the process and waits until it has ended. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(endWithThisProcess);
        } catch (IllegalStateException ending) {
            // This process is ending, and the hook finds the host ended.
        }
    }
}
