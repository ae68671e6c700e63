package dev.persistor.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An unpacked distribution. Its processes find only the tools that the launcher needs, and Java only where it brings none. */
record Installation(Path home, Path folder, Map<String, String> environment) {

    private static final List<String> TOOLS =
            List.of("cksum", "cmp", "cp", "mkdir", "mv", "readlink", "sed", "sh", "tr");

    record Run(int exitCode, String out, String err) {}

    /** Unpacks a distribution once, and gives each test links to its files. */
    static Installation of(Distribution distribution, Path unpacked, Path folder)
            throws IOException, InterruptedException {
        Path original = unpacked.resolve(distribution.name());
        if (!Files.exists(original)) {
            distribution.unpack(Files.createDirectory(original));
        }
        Path copy = folder.resolve("installation");
        Distribution.run("cp", "-al", original.toString(), copy.toString());
        Path home = distribution.home(copy);
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : TOOLS) {
            Path program = Stream.of("/bin", "/usr/bin")
                    .map(place -> Path.of(place, tool))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            Files.createSymbolicLink(bin.resolve(tool), program);
        }
        Map<String, String> environment = new HashMap<>(
                Map.of("PATH", bin.toString(), "HOME", folder.resolve("home").toString()));
        if (distribution.needsJava()) {
            environment.put("JAVA_HOME", System.getProperty("java.home"));
        }
        return new Installation(home, folder, environment);
    }

    Installation with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Installation(home, folder, more);
    }

    Process start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/persistor").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    Run run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), printed("out"), printed("err"));
    }

    String printed(String stream) throws IOException {
        return Files.readString(folder.resolve(stream));
    }
}
