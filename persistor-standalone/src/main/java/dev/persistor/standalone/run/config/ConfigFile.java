package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Problem;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads a YAML file:
 *
 * <pre>{@code
 * http-address: 0.0.0.0:8080
 * defaults:
 *   store: gs://archive
 * captures:
 *   orders:
 *     from: kafka
 *     kafka-topics: [orders, returns]
 *     kafka-properties:
 *       sasl.jaas.config: ${JAAS}
 * }</pre>
 *
 * <p>A list stands for its items with commas between them, a mapping for lines of {@code key=value} (a line that begins with a
 * blank continues the value before it), and <code>${NAME}</code> for a
 * variable; <code>$${</code> stands for <code>${</code>.
 */
final class ConfigFile {

    private static final String CAPTURES = "captures";
    private static final String DEFAULTS = "defaults";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    /** The last of the three is a mistake: what begins like a variable and is none. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\$\\{|\\$\\{(?:([A-Za-z_][A-Za-z0-9_]*)\\})?");

    private final Map<String, String> environment;
    private final List<Problem> problems = new ArrayList<>();

    private ConfigFile(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Reads the file; what cannot be read of it is among the problems.
     *
     * @throws IOException if the file does not exist, or it is no text
     */
    static Written read(Path file, Map<String, String> environment) throws IOException {
        ConfigFile config = new ConfigFile(environment);
        try (Reader text = Files.newBufferedReader(file)) {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setSchema(new CoreSchema())
                    .build();
            return config.read(new Compose(settings).composeReader(text));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            config.problems.add(Problem.of("invalid YAML: " + e.getProblem()).at(line));
        } catch (YamlEngineException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw new IOException(file + " is not UTF-8 text", e);
            }
            config.problems.add(Problem.of("invalid YAML: " + e.getMessage()));
        }
        return config.written(Map.of(), Map.of(), 0, Map.of());
    }

    private Written read(Optional<Node> root) {
        Map<String, Section.Entry> process = new LinkedHashMap<>();
        Map<String, Section.Entry> defaults = new LinkedHashMap<>();
        Map<String, Section> captures = new LinkedHashMap<>();
        int defaultsLine = 0;
        for (Map.Entry<ScalarNode, Node> entry :
                entries("the file", root.orElse(null)).entrySet()) {
            String key = entry.getKey().getValue();
            if (key.equals(CAPTURES)) {
                captures.putAll(captures(entry.getValue()));
            } else if (key.equals(DEFAULTS)) {
                defaultsLine = line(entry.getKey());
                defaults.putAll(values(DEFAULTS, entry.getValue()));
            } else {
                process.put(key, value(entry.getKey(), entry.getValue()));
            }
        }
        return written(process, defaults, defaultsLine, captures);
    }

    private Written written(
            Map<String, Section.Entry> process,
            Map<String, Section.Entry> defaults,
            int defaultsLine,
            Map<String, Section> captures) {
        return new Written(
                new Section("", 0, Optional.empty(), process),
                new Section(DEFAULTS, defaultsLine, Optional.empty(), defaults),
                captures,
                problems);
    }

    private Map<String, Section> captures(Node node) {
        Map<String, Section> captures = new LinkedHashMap<>();
        entries(CAPTURES, node).forEach((key, value) -> {
            String name = key.getValue();
            if (!NAME.matcher(name).matches()) {
                problems.add(Problem.of("the capture name is \"" + name
                                + "\"; it must be up to 63 letters, digits, dots, dashes and underscores")
                        .at(line(key)));
            }
            String title = CAPTURES + "." + name;
            captures.put(name, new Section(title, line(key), Optional.empty(), values(title, value)));
        });
        return captures;
    }

    private Map<String, Section.Entry> values(String what, Node node) {
        Map<String, Section.Entry> values = new LinkedHashMap<>();
        entries(what, node).forEach((key, value) -> values.put(key.getValue(), value(key, value)));
        return values;
    }

    private Map<ScalarNode, Node> entries(String what, @Nullable Node node) {
        Map<ScalarNode, Node> entries = new LinkedHashMap<>();
        if (node == null
                || (node instanceof ScalarNode nothing && nothing.getValue().isEmpty())) {
            return entries;
        }
        if (!(node instanceof MappingNode mapping)) {
            problems.add(Problem.of(what + " must be a map of keys and values").at(line(node)));
            return entries;
        }
        Map<String, Integer> lines = new TreeMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(Problem.of("a key must be a name").at(line(tuple.getKeyNode())));
                continue;
            }
            Integer before = lines.putIfAbsent(key.getValue(), line(key));
            if (before == null) {
                entries.put(key, tuple.getValueNode());
            } else {
                problems.add(Problem.of(key.getValue() + " is set twice; first in line " + before)
                        .at(line(key)));
            }
        }
        return entries;
    }

    private Section.Entry value(ScalarNode key, Node node) {
        List<String> parts = new ArrayList<>();
        String separator = ",";
        if (node instanceof ScalarNode scalar) {
            parts.add(text(scalar));
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> parts.add(part(key, item)));
        } else {
            separator = "\n";
            entries(key.getValue(), node).forEach((name, value) -> parts.add(property(key, name, part(key, value))));
        }
        return new Section.Entry(String.join(separator, parts), key.getValue(), line(key));
    }

    /** A value of several lines goes on in lines that begin with a blank, which is none of the value. */
    private String property(ScalarNode key, ScalarNode name, String value) {
        if (name.getValue().contains("=") || name.getValue().contains("\n")) {
            problems.add(Problem.of(key.getValue() + ": a key must not contain = or a line break")
                    .at(line(name)));
        }
        return name.getValue() + "=" + value.replace("\n", "\n ");
    }

    private String part(ScalarNode key, Node node) {
        if (node instanceof ScalarNode scalar) {
            return text(scalar);
        }
        problems.add(Problem.of(key.getValue() + " must be a value, a list, or a map")
                .at(line(node)));
        return "";
    }

    private String text(ScalarNode node) {
        // Nothing, null and ~ are no text.
        return node.getTag().equals(Tag.NULL)
                ? ""
                : VARIABLE.matcher(node.getValue())
                        .replaceAll(found -> Matcher.quoteReplacement(variable(found.group(), found.group(1), node)));
    }

    private String variable(String found, @Nullable String name, ScalarNode node) {
        if (found.equals("$${")) {
            return "${";
        }
        if (name == null) {
            // Without the value, which may be a secret.
            problems.add(
                    Problem.of("after ${ there must be the name of a variable and }; write $${ for the characters ${")
                            .at(line(node)));
            return "";
        }
        String text = environment.get(name);
        if (text == null) {
            problems.add(Problem.of("the variable " + name + " is not set").at(line(node)));
            return "";
        }
        return text;
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
