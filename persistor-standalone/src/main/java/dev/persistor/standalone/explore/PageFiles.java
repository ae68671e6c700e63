package dev.persistor.standalone.explore;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The files of the page and of the libraries that it is made with, all from the class path.
 *
 * <p>Thread-safe.
 */
final class PageFiles {

    private static final String PAGE = "/dev/persistor/standalone/explore/page/";
    private static final String OPEN_API = "/dev/persistor/standalone/explore/openapi.json";
    private static final String LIBRARIES = "/META-INF/resources/webjars/";

    /** The folders of libraries in their WebJars, by the folder under which the page imports them. */
    private static final Map<String, String> LIBRARY_FOLDERS =
            Map.of("lib/lit-html/", "lit-html/3.3.2/", "lib/uplot/", "uplot/1.6.30/dist/");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml");

    /**
     * A file.
     *
     * @param contentType its type
     * @param text its content
     */
    record PageFile(String contentType, String text) {}

    private PageFiles() {}

    /** Returns the file of a path without its leading slash, if there is one. */
    static Optional<PageFile> find(String path) {
        String name = path.isEmpty() ? "index.html" : path;
        // Nothing that could leave the folder, nor a folder.
        if (!name.matches("([a-z0-9-]+/)*[A-Za-z0-9-]+(\\.[A-Za-z0-9]+)+")) {
            return Optional.empty();
        }
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        return type == null ? Optional.empty() : read(resource(name)).map(text -> new PageFile(type, text));
    }

    /** Returns the description of the API. */
    static String openApi() {
        return read(OPEN_API).orElseThrow();
    }

    private static String resource(String name) {
        return LIBRARY_FOLDERS.entrySet().stream()
                .filter(folder -> name.startsWith(folder.getKey()))
                .map(folder -> LIBRARIES
                        + folder.getValue()
                        + name.substring(folder.getKey().length()))
                .findFirst()
                .orElse(PAGE + name);
    }

    private static Optional<String> read(String resource) {
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource + " of the installation", e);
        }
    }
}
