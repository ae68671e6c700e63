package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import dev.persistor.standalone.CommandRun;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.ReservedPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code persistor replay} posts archives to {@code persistor run}, in processes of their own, which archive the same messages. */
@Timeout(180)
class HttpReplayTest {

    /** What the process and every other server take of headers, without room for the marks and the request line. */
    private static final int MOST_HEADERS = 7_000;

    private static final String MARKS = "persistor-";
    private static final Instant TIME = Instant.parse("2026-01-31T06:00:00Z");

    private static @TempDir Path folder;
    private static final ReservedPort PORT = ReservedPort.reserve();
    private static final ReservedPort NEXT_PORT = ReservedPort.reserve();
    private static RunProcess process;
    private static RunProcess next;

    /** Each test has its captures, each with a store of its own: to start a process takes longer than what a test does with it. */
    @BeforeAll
    static void start() throws Exception {
        process = start(
                PORT,
                Map.of(
                        "own", "own",
                        "event", "event",
                        "lines", "lines",
                        "refusing", "refusing",
                        "copy-persistor", "archive-persistor",
                        "copy-cloudevents", "archive-cloudevents"));
        next = start(NEXT_PORT, Map.of("own", "own-again", "event", "event-again"));
    }

    /** Starts a process with these captures, each with the name of its store. */
    private static RunProcess start(ReservedPort at, Map<String, String> captures) throws Exception {
        String lines = captures.entrySet().stream()
                .map(capture -> "  %s: {from: http, store: %s}\n".formatted(capture.getKey(), uri(capture.getValue())))
                .collect(Collectors.joining());
        Path config = Files.writeString(folder.resolve(at.number() + ".yaml"), """
                http-address: 127.0.0.1:%d
                shutdown: 2s
                captures:
                %s""".formatted(at.number(), lines));
        RunProcess started = RunProcess.start(config, folder.resolve(at.number() + ".log"), at, Map.of());
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            assertThat(started.isAlive()).as(started.log()).isTrue();
            return !started.get("/health/live").isEmpty();
        });
        return started;
    }

    @AfterAll
    static void stop() {
        process.close();
        next.close();
        PORT.close();
        NEXT_PORT.close();
    }

    private static URI uri(String store) {
        return folder.resolve(store).toUri();
    }

    private static String to(String capture) {
        return "http://127.0.0.1:" + PORT.number() + "/v1/" + capture;
    }

    private static String toNext(String capture) {
        return "http://127.0.0.1:" + NEXT_PORT.number() + "/v1/" + capture;
    }

    private static boolean fitsIntoHeaders(Message message) {
        return RawFormat.describe(message).entrySet().stream()
                        .mapToInt(header ->
                                header.getKey().length() + header.getValue().length() + 4)
                        .sum()
                < MOST_HEADERS;
    }

    private List<Message> archive(String name, List<Message> messages) {
        try (BlobStore store = BlobStore.over(FileDriver.open(folder.resolve(name)));
                Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(messages);
        }
        return messages;
    }

    private List<Message> all(String store) {
        try (BlobStore open = BlobStore.over(FileDriver.open(folder.resolve(store)))) {
            return Numbered.all(open, "");
        }
    }

    private CommandRun replay(String from, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "replay",
                folder.resolve(from).toString(),
                "--yes",
                "--failed",
                uri("failed-" + from).toString()));
        line.addAll(List.of(more));
        CommandRun command = new CommandRun();
        assertThat(command.run(line.toArray(String[]::new)))
                .as(command.out() + command.err())
                .isZero();
        return command;
    }

    private static Message withoutMarks(Message message) {
        return message.toBuilder()
                .attributes(Attributes.of(message.attributes().entries().stream()
                        .filter(entry -> !entry.name().startsWith(MARKS))
                        .toList()))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"persistor", "cloudevents"})
    void whatIsReplayedIntoTheSameArchiveIsACopyOfEachMessageAndNothingElse(String format) {
        MessageGenerator generator = new MessageGenerator(23);
        List<Message> messages = new ArrayList<>();
        while (messages.size() < 300) {
            Message message = generator.next().toBuilder().position(null).build();
            if (fitsIntoHeaders(message)) {
                messages.add(message);
            }
        }
        String archive = "archive-" + format;
        String copied = "copy-" + format;
        archive(archive, messages);
        replay(archive, "--to", to(copied), "--http-format", format);

        CommandRun verify = new CommandRun();
        assertThat(verify.run("verify", folder.resolve(archive).toString()))
                .as(verify.out())
                .isZero();
        assertThat(verify.out())
                .containsPattern("messages +600")
                .containsPattern("duplicates +300")
                .containsPattern("same id, different content +0");
        Map<String, Message> copies = all(archive).stream()
                .filter(message -> message.source().equals(copied))
                .collect(Collectors.toMap(
                        message -> message.attributes()
                                .text("persistor-original-id")
                                .orElseThrow(),
                        message -> message));
        for (Message message : messages) {
            Message copy = Objects.requireNonNull(copies.get(message.id()));
            assertThat(withoutMarks(copy))
                    .isEqualTo(message.toBuilder().id(copy.id()).source(copied).build());
        }
    }

    @Test
    void aSourceThatIsReplayedToItsOwnNameStaysWhatItIsHoweverOften() throws Exception {
        List<Message> messages = new ArrayList<>();
        String[] types = {"application/x-ndjson", "application/cloudevents+json", "text/plain; charset=latin1", "%"};
        for (int i = 0; i < 40; i++) {
            messages.add(Message.builder()
                    .id("own-" + i)
                    .source("own")
                    .publishTime(TIME.plusMillis(i))
                    .orderingKey(i % 2 == 0 ? "key" : null)
                    .position(new Position("log", "0", i))
                    .payload(MessageGenerator.allBytes())
                    .attributes(Attributes.builder()
                            .add("a", "\uD800")
                            .add("a", "2")
                            .build())
                    .brokerProperties(Attributes.builder()
                            .add(BrokerProperties.CONTENT_TYPE, types[i % types.length])
                            .add(BrokerProperties.CONTENT_ENCODING, "gzip")
                            .build())
                    .build());
        }
        archive("to-own", messages);
        replay("to-own", "--to", to("own"));
        assertThat(all("own").stream().map(HttpReplayTest::withoutMarks)).containsExactlyInAnyOrderElementsOf(messages);

        replay("own", "--to", toNext("own"));
        assertThat(all("own-again")).containsExactlyInAnyOrderElementsOf(all("own"));
        replay("own-again", "--to", toNext("own"));
        assertThat(all("own-again")).hasSize(40);
        assertThat(next.meter("persistor_messages_total{capture=\"own\",outcome=\"already_there\"}"))
                .isEqualTo(40);
        assertThat(next.meter("persistor_collisions_total")).isZero();
    }

    @Test
    void whatWasPostedAsAnEventComesBackAsItWas() throws Exception {
        HttpRequest event = HttpRequest.newBuilder(URI.create(to("event")))
                .header("ce-id", "8")
                .header("ce-source", "/shop")
                .header("ce-type", "created")
                .header("ce-time", "2026-01-31T06:00:00Z")
                .header("ce-subject", "\"a \\\"q\\\" b\"")
                .header("Content-Type", "application/x-ndjson")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(MessageGenerator.allBytes()))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(event, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

        replay("event", "--to", toNext("event"), "--http-format", "cloudevents");
        assertThat(all("event-again")).singleElement().satisfies(message -> {
            assertThat(withoutMarks(message)).isEqualTo(all("event").get(0));
            assertThat(message.attributes().text("subject")).contains("a \"q\" b");
            assertThat(message.brokerProperties().toMap())
                    .isEqualTo(Map.of("contentType", "application/x-ndjson", "contentEncoding", "gzip"));
        });
    }

    @Test
    void aRefusedMessageIsReportedWithTheReasonOfTheProcess() {
        Message large = Message.builder()
                .id("1")
                .source("web")
                .publishTime(TIME)
                .attributes(Attributes.builder().add("a", "x".repeat(9_000)).build())
                .payload("x".getBytes(StandardCharsets.UTF_8))
                .build();
        archive("to-refusing", List.of(large));
        CommandRun command = new CommandRun();
        int code = command.run(
                "replay",
                folder.resolve("to-refusing").toString(),
                "--yes",
                "--failed",
                uri("failed-to-refusing").toString(),
                "--to",
                to("refusing"));
        assertThat(code).isEqualTo(1);
        assertThat(command.out())
                .contains("1 x post to " + to("refusing") + ": status 431: \"the headers are larger than 8192 bytes\"");
    }

    /** As docs/recovery.md has it for messages that are wrong themselves. */
    @Test
    void linesThatAreFixedAreArchivedBesideTheirOriginals() throws Exception {
        archive(
                "dead-letters",
                List.of(Message.builder()
                        .id("7")
                        .source("web-dead-letters")
                        .publishTime(TIME)
                        .position(new Position("0", 7))
                        .payload(MessageGenerator.allBytes())
                        .attributes(Attributes.builder().add("version", "1").build())
                        .brokerProperties(Attributes.builder()
                                .add(BrokerProperties.DEAD_LETTER_REASON, "no version 2")
                                .build())
                        .build()));
        CommandRun cat = new CommandRun();
        assertThat(cat.run("cat", folder.resolve("dead-letters").toString(), "--as", "jsonl"))
                .isZero();
        String fixed = cat.bytesAsText()
                .replace("\"source\":\"web-dead-letters\",", "")
                .replace("\"version\":\"1\"", "\"version\":\"2\"");
        HttpRequest lines = HttpRequest.newBuilder(URI.create(to("lines")))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(fixed))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(lines, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(all("lines")).singleElement().satisfies(message -> {
            assertThat(message.attributes().text("version")).contains("2");
            assertThat(message.brokerProperties().text(BrokerProperties.DEAD_LETTER_REASON))
                    .contains("no version 2");
        });
    }
}
