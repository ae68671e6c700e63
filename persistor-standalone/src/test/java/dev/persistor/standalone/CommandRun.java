package dev.persistor.standalone;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import dev.persistor.standalone.cli.CommandContext;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The command in a context of the test's own. Not thread-safe. */
public final class CommandRun {

    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    static final Instant START = Instant.parse("2026-01-31T06:00:00Z");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final boolean onTerminal;
    private final String input;
    private final Map<String, String> environment;
    private Instant now = NOW;

    /** Runs away from a terminal, without input and variables. */
    public CommandRun() {
        this(false, "", Map.of());
    }

    /** Runs with what somebody types, and with variables. */
    public CommandRun(boolean onTerminal, String input, Map<String, String> environment) {
        this.onTerminal = onTerminal;
        this.input = input;
        this.environment = environment;
    }

    /** Sets what time it is. */
    CommandRun at(Instant time) {
        now = time;
        return this;
    }

    /** Runs a command line and returns its exit code. */
    public int run(String... arguments) {
        bytes.reset();
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return PersistorCommand.commandLine(new CommandContext(
                        new PrintWriter(out),
                        bytes,
                        new PrintWriter(err),
                        new BufferedReader(new StringReader(input)),
                        onTerminal,
                        environment,
                        Clock.fixed(now, ZoneOffset.UTC)))
                .execute(arguments);
    }

    /** Returns what was printed as text. */
    public String out() {
        return out.toString();
    }

    /** Returns what was printed to the standard error. */
    public String err() {
        return err.toString();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** Returns what was printed as bytes. */
    public String bytesAsText() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** A message a second, of a source. */
    static Message message(String source, int number) {
        return Message.builder()
                .id(source + "-" + number)
                .source(source)
                .publishTime(START.plusSeconds(number))
                .orderingKey(number % 3 == 0 ? null : "key-" + number % 3)
                .attributes(Attributes.builder()
                        .add("kind", number % 2 == 0 ? "even" : "odd")
                        .build())
                .payload(("payload " + number).getBytes(StandardCharsets.UTF_8))
                .build();
    }

    static List<Message> messages(String source, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> message(source, number))
                .toList();
    }

    /** Archives messages, a blob each. */
    static void archive(Path folder, List<Message> messages) {
        try (BlobStore store = BlobStore.over(FileDriver.open(folder));
                Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(messages);
        }
    }

    /** Archives messages as jsonl, many a blob. */
    static void archiveBatches(Path folder, List<Message> messages) {
        try (BlobStore store = BlobStore.over(FileDriver.open(folder));
                Persistor persistor = Persistor.builder(store)
                        .format(new JsonLinesFormat(Compression.NONE))
                        .batching(Batching.upTo(500).orAfter(Duration.ofMillis(5)))
                        .build()) {
            persistor.persistTogether(messages);
        }
    }
}
