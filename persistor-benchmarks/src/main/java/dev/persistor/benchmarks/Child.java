package dev.persistor.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A class of this harness in a process of its own, which answers a line with a line and ends when whoever started it does.
 *
 * <p>Not thread-safe.
 */
public final class Child implements AutoCloseable {

    /** The JVM's flags of a server of the testkit, which keeps all that it is given. */
    public static final List<String> SERVER_FLAGS = List.of(
            "-Xmx6g",
            "-XX:+UseParallelGC",
            "-Dsun.net.httpserver.nodelay=true",
            "-Dsun.net.httpserver.maxIdleConnections=2048");

    /** What such a process does. */
    @FunctionalInterface
    public interface Answers {

        /** Returns the answer to a line. */
        String answer(String line) throws Exception;
    }

    private final Process process;
    private final BufferedReader out;
    private final String greeting;

    private Child(Process process, BufferedReader out, String greeting) {
        this.process = process;
        this.out = out;
        this.greeting = greeting;
    }

    /**
     * Starts a class that {@linkplain #serve serves}.
     *
     * @param log where what it logs goes
     * @param jvm flags of its JVM
     */
    public static Child start(Redirect log, List<String> jvm, Class<?> main, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(java()));
        line.addAll(jvm);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectError(log).start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new Child(process, out, read(out, log));
    }

    /** Returns the JVM that all processes run on. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String read(BufferedReader out, Object where) throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the process has ended: " + where);
        }
        return line;
    }

    /** Returns the line that it began with. */
    public String greeting() {
        return greeting;
    }

    /** Returns the answer to a line. */
    public String ask(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return read(out, line);
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** What the process's main method ends with. */
    public static void serve(String greeting, Answers answers) throws Exception {
        System.out.println(greeting);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(answers.answer(line));
        }
    }
}
