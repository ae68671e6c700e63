package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/recovery.md that read the archive print what the page shows. A line of three dots in the page stands for any
 * lines. {@code target/recovery.md} is the page with what they print now.
 */
class RecoveryPageTest {

    private static final Path PAGE = Path.of("../docs/recovery.md");
    private static final Path UPDATED = Path.of("target/recovery.md");
    private static final String ANY = "...";
    private static final Instant START = Instant.parse("2026-01-31T06:00:00Z");
    private static final int MINUTES = 120;
    private static final int GAP_FROM = 26;
    private static final int GAP_TO = 44;

    private @TempDir Path home;
    private Path archive;

    /** A command of the page, the exit code that the page shows after it, and what it prints. */
    private record Example(String command, int exitCode, List<String> shown) {

        boolean isRun() {
            return command.matches("persistor (ls|cat|stat|verify) archive\\b.*");
        }
    }

    @BeforeEach
    void buildTheArchiveOfThePage() throws IOException {
        archive = home.resolve("archive");
        Files.writeString(home.resolve("expected.txt"), "7310000\n7310001\n7399999\n");
        Random random = new Random(7);
        int order = 0;
        try (BlobStore store = BlobStore.over(FileDriver.open(archive));
                Persistor persistor = Persistor.builder(store)
                        .format(new JsonLinesFormat(Compression.NONE))
                        .batching(Batching.upTo(500).orAfter(Duration.ofMillis(1)))
                        .build()) {
            for (int minute = 0; minute < MINUTES; minute++) {
                persistor.persistTogether(invoices(minute));
                if (minute < GAP_FROM || minute >= GAP_TO) {
                    List<Message> orders = orders(minute, order, random);
                    persistor.persistTogether(orders);
                    order += orders.size();
                }
            }
        }
    }

    private static List<Message> invoices(int minute) {
        return Stream.of(0, 1, 2)
                .map(third -> Message.builder()
                        .id(Integer.toString(8_100_000 + minute * 3 + third))
                        .source("invoices")
                        .publishTime(
                                START.plusSeconds(minute * 60L + third * 20L).plusMillis(600))
                        .payload(("{\"invoice\":" + (minute * 3 + third) + "}").getBytes(StandardCharsets.UTF_8))
                        .build())
                .toList();
    }

    private static List<Message> orders(int minute, int first, Random random) {
        int count = 5 + random.nextInt(9);
        List<Message> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = first + i;
            long millis = minute * 60_000L + i * 60_000L / count + random.nextInt(4_000);
            String payload = "{\"order\":" + number + ",\"amount\":" + random.nextInt(100) + "}";
            orders.add(Message.builder()
                    .id(Integer.toString(7_310_000 + number))
                    .source("orders")
                    .publishTime(START.plusMillis(millis))
                    .orderingKey("customer-" + random.nextInt(9))
                    .attributes(Attributes.builder().add("type", "created").build())
                    .payload(payload.getBytes(StandardCharsets.UTF_8))
                    .build());
        }
        return orders;
    }

    private String run(Example example) {
        CommandRun command = new CommandRun();
        String[] words = example.command().substring("persistor ".length()).split(" +");
        for (int i = 0; i < words.length; i++) {
            words[i] = switch (words[i]) {
                case "archive" -> archive.toString();
                case "expected.txt" -> home.resolve("expected.txt").toString();
                default -> words[i];
            };
        }
        assertThat(command.run(words))
                .as(example.command() + "\n" + command.err())
                .isEqualTo(example.exitCode());
        return (command.out() + command.bytesAsText())
                .replace(archive.toUri().toString(), "file:///srv/archive/")
                .stripTrailing();
    }

    /** The page's line of three dots, and then as many lines of what was printed as the page shows. */
    private static List<String> updated(Example example, List<String> printed) {
        if (!example.shown().contains(ANY)) {
            return printed;
        }
        int kept = example.shown().size() - 1;
        List<String> lines = new ArrayList<>(List.of(ANY));
        lines.addAll(printed.subList(Math.max(0, printed.size() - kept), printed.size()));
        return lines;
    }

    @Test
    void eachCommandPrintsWhatThePageShows() throws IOException {
        List<String> page = new ArrayList<>(Files.readAllLines(PAGE));
        List<String> updated = new ArrayList<>();
        int compared = 0;
        for (int line = 0; line < page.size(); ) {
            if (!page.get(line).startsWith("$ persistor ")) {
                updated.add(page.get(line++));
                continue;
            }
            int from = line;
            StringBuilder command = new StringBuilder(page.get(line).substring(2));
            while (page.get(line++).endsWith("\\")) {
                command.setLength(command.length() - 1);
                command.append(page.get(line).strip());
            }
            int output = line;
            while (!page.get(line).startsWith("$ ") && !page.get(line).startsWith("```")) {
                line++;
            }
            boolean hasCode = page.get(line).equals("$ echo $?");
            // A blank line that parts two commands is no output.
            int end = page.get(line - 1).isEmpty() ? line - 1 : line;
            Example example = new Example(
                    command.toString().strip(),
                    hasCode ? Integer.parseInt(page.get(line + 1)) : 0,
                    page.subList(output, end));
            updated.addAll(page.subList(from, output));
            if (example.isRun()) {
                compared++;
                updated.addAll(updated(example, run(example).lines().toList()));
            } else {
                updated.addAll(example.shown());
            }
            updated.addAll(page.subList(end, line));
        }
        Files.write(UPDATED, updated);
        assertThat(compared).isEqualTo(5);
        assertThat(updated).as("target/recovery.md is the page as it should be").containsExactlyElementsOf(page);
    }
}
