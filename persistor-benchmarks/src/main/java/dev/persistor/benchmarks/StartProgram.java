package dev.persistor.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * A program that makes one message durable and ends.
 *
 * @param main its class, one of {@link dev.persistor.benchmarks.start}
 * @param classPath its jars, in their order
 * @param environment the variables that it reads
 * @param arguments what it is handed in the run of that number
 */
record StartProgram(
        Class<?> main, List<Path> classPath, Map<String, String> environment, IntFunction<List<String>> arguments) {

    private static final int ENDS_WITHIN_SECONDS = 60;

    /**
     * Runs the program.
     *
     * @param run the run's number, so that no two have the same message
     * @param flags the JVM's
     * @return the milliseconds from just before the process was begun to the line by which it says that the message is durable
     * @throws IOException if it fails; the message holds what it wrote
     */
    double run(int run, List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.add(main.getName());
        command.addAll(arguments.apply(run));
        Path log = Files.createTempFile("start", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        long began = System.nanoTime();
        Process process = builder.start();
        try {
            int first = process.getInputStream().read();
            double milliseconds = (System.nanoTime() - began) / 1e6;
            process.getInputStream().transferTo(OutputStream.nullOutputStream());
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0 || first < 0) {
                throw new IOException(String.join(" ", command) + " fails: " + Files.readString(log));
            }
            return milliseconds;
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }
}
