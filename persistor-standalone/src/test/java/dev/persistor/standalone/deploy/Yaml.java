package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Documents of YAML, as maps and lists. */
final class Yaml {

    private Yaml() {}

    /** Reads the only document of a file. */
    static Object read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /** Reads the only document of a text. */
    static Object parse(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    /** Reads all documents of a text, without those that are empty. */
    static List<Object> all(String text) {
        List<Object> documents = new ArrayList<>();
        new Load(LoadSettings.builder().build()).loadAllFromString(text).forEach(document -> {
            if (document != null) {
                documents.add(document);
            }
        });
        return documents;
    }

    /** Returns what is at a path of keys and indexes; it must be there. */
    static Object at(Object node, Object... path) {
        Object found = node;
        for (Object step : path) {
            found = step instanceof Integer index ? ((List<?>) found).get(index) : ((Map<?, ?>) found).get(step);
            assertThat(found).as("%s of %s", step, node).isNotNull();
        }
        return found;
    }

    /** Returns the mapping at a path. */
    @SuppressWarnings("unchecked")
    static Map<Object, Object> map(Object node, Object... path) {
        return (Map<Object, Object>) at(node, path);
    }

    /** Returns the list at a path. */
    @SuppressWarnings("unchecked")
    static List<Object> list(Object node, Object... path) {
        return (List<Object>) at(node, path);
    }
}
