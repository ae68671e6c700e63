package dev.persistor.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs test classes on what is deployed: in a process whose class path has the deployed jars and, of this one's, only what
 * holds and runs the tests. So a test that passes proves that a jar which was left out is not missed.
 *
 * <p>It needs {@code org.junit.platform:junit-platform-console} on the class path.
 *
 * <p>Immutable.
 */
public final class DeployedTests {

    private static final String TEST_LIBRARIES =
            "test-classes|(persistor-testkit|junit-|open-?test|assertj-|byte-buddy).*";
    private static final int MINUTES = 4;

    private final List<Path> deployed;
    private final List<String> flags;

    private DeployedTests(List<Path> deployed, List<String> flags) {
        this.deployed = deployed;
        this.flags = flags;
    }

    /** Takes all jars of a folder and of those in it for what is deployed. */
    public static DeployedTests in(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .map(Path::toAbsolutePath)
                    .sorted()
                    .toList();
            if (jars.isEmpty()) {
                throw new IllegalArgumentException(folder + " has no jars: package it first");
            }
            return new DeployedTests(jars, List.of());
        }
    }

    /** Returns the same with a system property for the tests. */
    public DeployedTests withProperty(String name, String value) {
        List<String> more = new ArrayList<>(flags);
        more.add("-D" + name + "=" + value);
        return new DeployedTests(deployed, List.copyOf(more));
    }

    /**
     * Runs a test class to its end, four minutes at most.
     *
     * @return the number of tests that passed
     * @throws AssertionError if a test fails, or none runs; the message is the log
     */
    public int run(Class<?> test) throws IOException, InterruptedException {
        Path log = Files.createTempFile("deployed-tests", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        // Without it each answer of a test's server waits 40 ms between its head and its body.
        command.add("-Dsun.net.httpserver.nodelay=true");
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), "org.junit.platform.console.ConsoleLauncher", "execute"));
        command.addAll(List.of(
                "--select-class=" + test.getName(), "--fail-if-no-tests", "--disable-banner", "--details=summary"));
        Process junit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = junit.waitFor(MINUTES, TimeUnit.MINUTES);
            String text = Files.readString(log);
            if (!ended || junit.exitValue() != 0) {
                throw new AssertionError(test.getName() + " fails with what is deployed: " + text);
            }
            return passed(text);
        } finally {
            junit.destroyForcibly();
            Files.delete(log);
        }
    }

    /** What is deployed comes first. Maven's plugins hide the class path of the tests behind one jar. */
    private String classPath() {
        String tests = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Stream<String> libraries = Stream.of(tests.split(File.pathSeparator, -1))
                .filter(entry -> Path.of(entry).getFileName().toString().matches(TEST_LIBRARIES));
        return String.join(
                File.pathSeparator,
                Stream.concat(deployed.stream().map(Path::toString), libraries).toList());
    }

    /** The launcher ends with a line such as {@code [        44 tests successful      ]}. */
    private static int passed(String log) {
        return log.lines()
                .filter(line -> line.contains(" tests successful "))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no summary: " + log));
    }
}
