package dev.persistor.standalone.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the page: their types, their style and their size. */
class PageSourcesTest {

    private static final Path TOOLS = Path.of("src/test/explorer");
    private static final int MOST_BYTES = 200_000;
    private static final Pattern NEEDED = Pattern.compile("(?:from |href=|src=)['\"](?:\\./)?([^'\":,#]+)['\"]");

    @ParameterizedTest
    @ValueSource(strings = {"types", "lint"})
    @Timeout(120)
    void theScriptsPassTheCheck(String check) throws Exception {
        Process npm = new ProcessBuilder("npm", "run", "--silent", check)
                .directory(TOOLS.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(npm.waitFor()).as("npm run %s prints:%n%s", check, printed).isZero();
    }

    @Test
    void allThatThePageLoadsIsSmallWhenItIsCompressed() throws IOException {
        Set<String> loaded = loaded();
        assertThat(loaded).contains("index.html", "app.css", "app.js", "verify.js", "lib/uplot/uPlot.esm.js");
        int bytes = 0;
        for (String file : loaded) {
            bytes += compressed(PageFiles.find(file).orElseThrow().text());
        }
        assertThat(bytes).as("compressed bytes of %s", loaded).isLessThan(MOST_BYTES);
    }

    /** Follows the imports from the page on. */
    private static Set<String> loaded() {
        Set<String> loaded = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(Set.of("index.html"));
        while (!next.isEmpty()) {
            String file = next.removeFirst();
            if (loaded.add(file)) {
                String text = PageFiles.find(file)
                        .orElseThrow(() -> new AssertionError(file + " is not served"))
                        .text();
                Matcher needed = NEEDED.matcher(text);
                while (!file.startsWith("lib/") && needed.find()) {
                    next.add(needed.group(1));
                }
            }
        }
        return loaded;
    }

    private static int compressed(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.size();
    }
}
