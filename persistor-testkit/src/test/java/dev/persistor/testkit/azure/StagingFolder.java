package dev.persistor.testkit.azure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A function app as the build stages it, with the sample functions in its jar. */
final class StagingFolder {

    private final Path root;

    private StagingFolder(Path root) {
        this.root = root;
    }

    static StagingFolder in(Path root) throws IOException {
        Files.writeString(root.resolve("host.json"), "{\"version\": \"2.0\"}");
        String type = SampleFunctions.class.getName().replace('.', '/') + ".class";
        try (InputStream bytes = SampleFunctions.class.getClassLoader().getResourceAsStream(type)) {
            jar(root.resolve("sample.jar"), type, bytes.readAllBytes());
        }
        Files.createDirectory(root.resolve("lib"));
        jar(root.resolve("lib/greeting.jar"), "greeting.txt", "hola".getBytes(StandardCharsets.UTF_8));
        return new StagingFolder(root);
    }

    StagingFolder function(String name, String method, String... bindings) throws IOException {
        Path folder = Files.createDirectory(root.resolve(name));
        Files.writeString(
                folder.resolve("function.json"),
                "{\"scriptFile\": \"../sample.jar\", \"entryPoint\": \"" + SampleFunctions.class.getName() + "."
                        + method + "\", \"bindings\": [" + String.join(", ", bindings) + "]}");
        return this;
    }

    StagingFolder httpFunction(String name, String method) throws IOException {
        return function(name, method, trigger("httpTrigger", "request"), """
                {"type": "http", "direction": "out", "name": "$return"}""");
    }

    static String trigger(String type, String name) {
        return "{\"type\": \"" + type + "\", \"direction\": \"in\", \"name\": \"" + name + "\"}";
    }

    private static void jar(Path jar, String name, byte[] content) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(name));
            out.write(content);
        }
    }
}
