package dev.persistor.testkit.azure;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a staging folder: a folder a function with its function.json, the functions' jar, and other jars in lib. */
final class FunctionApp {

    private static final String DESCRIPTION = "function.json";

    private FunctionApp() {}

    /**
     * Loads all functions by name. Their classes come from the folder, but the worker's own libraries come first.
     *
     * @throws IllegalStateException if the folder or a function in it is not as it must be
     */
    static Map<String, HostedFunction> load(Path root) throws IOException, ReflectiveOperationException {
        if (!Files.isRegularFile(root.resolve("host.json"))) {
            throw new IllegalStateException(root + " is no function app: it has no host.json");
        }
        Map<Path, Map<String, ?>> descriptions = new LinkedHashMap<>();
        for (Path folder : children(root)) {
            if (Files.isRegularFile(folder.resolve(DESCRIPTION))) {
                descriptions.put(folder, JsonTree.readObject(Files.readString(folder.resolve(DESCRIPTION))));
            }
        }
        if (descriptions.isEmpty()) {
            throw new IllegalStateException(root + " holds no function: no folder in it has a " + DESCRIPTION);
        }
        ClassLoader app = new URLClassLoader(jars(root, descriptions), new WorkerLibraries());
        Map<String, HostedFunction> functions = new LinkedHashMap<>();
        for (Map.Entry<Path, Map<String, ?>> each : descriptions.entrySet()) {
            String name = each.getKey().getFileName().toString();
            functions.put(name, HostedFunction.load(name, each.getValue(), app));
        }
        return functions;
    }

    private static URL[] jars(Path root, Map<Path, Map<String, ?>> descriptions) throws IOException {
        Set<Path> jars = new LinkedHashSet<>();
        descriptions.forEach(
                (folder, description) -> jars.add(folder.resolve((String) JsonTree.require(description, "scriptFile"))
                        .normalize()));
        Path libraries = root.resolve("lib");
        if (Files.isDirectory(libraries)) {
            jars.addAll(children(libraries));
        }
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            if (!Files.isRegularFile(jar)) {
                throw new IllegalStateException("a function's scriptFile is not there: " + jar);
            }
            urls.add(jar.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /** In the order of their names, so that a class that is there twice is always the same one. */
    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }

    /**
     * Shows the functions the libraries that the worker has on its own class path, which hide those of the folder
     * ({@code EnhancedClassLoaderProvider.java} of Azure/azure-functions-java-worker has the worker's loader as parent), and
     * nothing else that this program runs on.
     */
    private static final class WorkerLibraries extends ClassLoader {

        private static final List<String> PACKAGES = List.of("com.microsoft.azure.functions.", "com.google.gson.");

        WorkerLibraries() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (PACKAGES.stream().anyMatch(name::startsWith)) {
                return ClassLoader.getSystemClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
