package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/dependencies.md has each library that is shipped, with its size, and where it is shipped. */
class DependenciesPageIT {

    private static final Path PAGE = Path.of("../docs/dependencies.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `([^`]+)` \\| ([0-9,]+) \\| ([^|]+) \\| ([CGA ]+) \\| ([^|]*) \\|");

    /** By the letter of the column "in". */
    private static final Map<String, Path> SHIPPED = Map.of(
            "C", Path.of("target/lib"),
            "G", Path.of("../persistor-gcp/target/deployment/lib"),
            "A", Path.of("../persistor-azure/target/azure-functions/persistor/lib"));

    /** One of these must be among a library's. The licences that the page names were read in the libraries' POMs. */
    private static final List<String> LICENCES =
            List.of("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-0");

    private record Row(long kilobytes, String licence, String in, String purpose) {}

    private static Map<String, Row> page() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                long size = Long.parseLong(row.group(2).replace(",", ""));
                Row earlier = rows.put(row.group(1), new Row(size, row.group(3), row.group(4), row.group(5)));
                assertThat(earlier).as("%s is listed twice", row.group(1)).isNull();
            }
        }
        return rows;
    }

    /** The part of a row that the build decides. */
    private static Map<String, String> shipped() throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        Map<String, String> places = new TreeMap<>();
        for (String place : List.of("C", "G", "A")) {
            try (Stream<Path> files = Files.list(Objects.requireNonNull(SHIPPED.get(place)))) {
                for (Path jar : files.filter(
                                file -> !file.getFileName().toString().startsWith("persistor-"))
                        .toList()) {
                    String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
                    sizes.put(name, Math.max(1, Math.round(Files.size(jar) / 1e3)));
                    places.merge(name, place, (before, one) -> before + " " + one);
                }
            }
        }
        Map<String, String> shipped = new TreeMap<>();
        places.forEach((name, in) -> shipped.put(name, sizes.get(name) + " kB in " + in));
        return shipped;
    }

    @Test
    void listsEachLibraryWithItsSizeAndWhereItIsShipped() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        page().forEach((name, row) -> listed.put(name, row.kilobytes() + " kB in " + row.in()));
        assertThat(listed).containsExactlyEntriesOf(shipped());
    }

    @Test
    void saysWhatEachLibraryIsForAndHowItIsLicensed() throws IOException {
        assertThat(page()).allSatisfy((name, row) -> {
            assertThat(row.purpose()).as(name).isNotBlank();
            assertThat(row.licence().split(" OR ")).as(name).containsAnyElementsOf(LICENCES);
        });
    }

    @Test
    void theSumsAreThoseOfTheRows() throws IOException {
        String text = Files.readString(PAGE);
        for (Map.Entry<String, Path> place : SHIPPED.entrySet()) {
            List<Row> rows = page().values().stream()
                    .filter(row -> row.in().contains(place.getKey()))
                    .toList();
            long megabytes = Math.round(rows.stream().mapToLong(Row::kilobytes).sum() / 1e3);
            assertThat(text)
                    .contains("| " + place.getKey() + " | ")
                    .contains("| " + rows.size() + " | " + megabytes + " |");
        }
    }
}
