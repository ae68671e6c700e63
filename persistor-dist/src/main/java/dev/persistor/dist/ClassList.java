package dev.persistor.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Lists the classes that the command loads, for the class archive that an installation makes at its first start. The list is sorted, so
 * that two builds make the same.
 *
 * <p>Not thread-safe.
 */
final class ClassList {

    /** Nothing matches in an empty archive, which is exit code 3. */
    private static final Set<Integer> EXPECTED = Set.of(0, 3);

    private final String java;
    private final Path jar;
    private final Path work;

    private ClassList(String java, Path jar, Path work) {
        this.java = java;
        this.jar = jar;
        this.work = work;
    }

    /** Takes the java program, the jar of the command, and the file to write. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("persistor-classes");
        try {
            ClassList list = new ClassList(arguments[0], Path.of(arguments[1]), work);
            Files.write(Path.of(arguments[2]), list.ofTypicalCommands());
        } finally {
            delete(work);
        }
    }

    private SortedSet<String> ofTypicalCommands() throws IOException, InterruptedException {
        Path config = work.resolve("persistor.yaml");
        Path archive = Files.createDirectory(work.resolve("archive"));
        Files.writeString(config, "captures:\n  web: {from: http, store: \"" + archive.toUri() + "\"}\n");
        SortedSet<String> classes = new TreeSet<>();
        for (List<String> command : List.of(
                List.of("--version"),
                List.of("--help"),
                List.of("run", "--config", config.toString(), "--check"),
                List.of("ls", archive.toUri().toString()),
                List.of("verify", archive.toUri().toString()))) {
            classes.addAll(of(command));
        }
        return classes;
    }

    private List<String> of(List<String> command) throws IOException, InterruptedException {
        Path list = work.resolve("classes");
        Path output = work.resolve("output");
        List<String> line = new ArrayList<>(List.of(
                java,
                // The compilers load classes of their own, in one run and not in the next.
                "-Xint",
                // A start loads other classes in other time zones and languages. A zone with rules is what most users
                // have.
                "-Duser.timezone=Europe/Berlin",
                "-Duser.language=en",
                "-Duser.country=US",
                "-XX:DumpLoadedClassList=" + list,
                "-cp",
                jar.toString(),
                "dev.persistor.standalone.PersistorCommand"));
        line.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        int exitCode = builder.start().waitFor();
        if (!EXPECTED.contains(exitCode)) {
            throw new IllegalStateException("persistor " + String.join(" ", command) + " ended with exit code "
                    + exitCode + ":\n" + Files.readString(output));
        }
        try (Stream<String> lines = Files.lines(list)) {
            return lines.filter(name -> !name.startsWith("#")).toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
