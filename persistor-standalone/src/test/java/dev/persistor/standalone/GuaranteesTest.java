package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of guarantees names the tests that prove them; a test that is gone proves nothing. */
class GuaranteesTest {

    /** A class and its method, or another method of the class before: a sentence, so a name longer than others. */
    private static final Pattern TEST =
            Pattern.compile("`(?:([A-Z]\\w+(?:Test|IT|Contract))\\.(?=[a-z])|(?=[a-z]\\w{19}))(\\w+)`");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All sources by their classes' names; classes of one name, one a module, together. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(
                Path.of(".."), "persistor-{core,testkit,avro,gcp,azure,kafka,standalone,demo}")) {
            for (Path module : modules) {
                try (Stream<Path> files = Files.walk(module.resolve("src"))) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .forEach(file -> sources.merge(
                                    file.getFileName().toString().replace(".java", ""), read(file), String::concat));
                }
            }
        }
        return sources;
    }

    @Test
    void eachTestThatIsNamedIsThere() throws IOException {
        List<MatchResult> named =
                TEST.matcher(read(Path.of("../docs/guarantees.md"))).results().toList();
        assertThat(named).hasSizeGreaterThan(50);
        Map<String, String> sources = sources();
        String className = "";
        for (MatchResult test : named) {
            className = test.group(1) == null ? className : test.group(1);
            assertThat(sources.getOrDefault(className, ""))
                    .as("%s.%s", className, test.group(2))
                    .containsPattern("(void|ArchRule) " + test.group(2) + "\\b");
        }
    }
}
