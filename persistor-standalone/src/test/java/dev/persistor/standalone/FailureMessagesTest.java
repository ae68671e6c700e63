package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What commands say when something is wrong around them: what failed, on what, why, and what to do. */
class FailureMessagesTest {

    private @TempDir Path home;
    private int closedPort;
    private HttpServer refusing;

    @BeforeEach
    void archive() throws IOException {
        CommandRun.archive(home.resolve("archive"), CommandRun.messages("orders", 0, 2));
        Files.writeString(home.resolve("file"), "text");
        Files.createDirectory(home.resolve("folder"));
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = closed.getLocalPort();
        }
        refusing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        refusing.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        refusing.start();
    }

    @AfterEach
    void stop() {
        refusing.stop(0);
    }

    private static Arguments of(String line, int code, String... said) {
        return Arguments.of(line, code, List.of(said));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                of("ls HOME/file", 64, "HOME/file is a file; use a folder"),
                of("ls HOME/none", 64, "folder not found: HOME/none"),
                of("verify ARCHIVE --manifest HOME/none", 64, "file not found: HOME/none"),
                of(
                        "verify ARCHIVE --manifest HOME/folder",
                        1,
                        "persistor verify failed: ",
                        "HOME/folder",
                        "Is a directory"),
                of(
                        "replay ARCHIVE --to stdout: --yes --audit HOME/folder",
                        1,
                        "cannot write the audit file HOME/folder",
                        "Is a directory"),
                of(
                        "replay ARCHIVE --to stdout: --yes --audit HOME/none/audit",
                        1,
                        "cannot write the audit file HOME/none/audit: file or folder not found: HOME/none/audit"),
                of(
                        "replay ARCHIVE --to stdout: --yes --checkpoint HOME/none/c",
                        1,
                        "HOME/none/c",
                        "file or folder not found"),
                of("replay ARCHIVE --to stdout: --yes --checkpoint HOME/folder", 1, "HOME/folder"),
                of(
                        "replay ARCHIVE --to http://nowhere.invalid/in --yes --failed HOME/failed",
                        1,
                        "post to http://nowhere.invalid/in: the host name",
                        "cannot be resolved; check the address, the DNS and the network"),
                of(
                        "replay ARCHIVE --to http://127.0.0.1:CLOSED/in --yes --failed HOME/failed",
                        1,
                        "post to http://127.0.0.1:CLOSED/in: connection refused: nothing listens at the address"),
                of(
                        "verify ARCHIVE --against kafka://nowhere.invalid:9092/orders",
                        1,
                        "open kafka://nowhere.invalid:9092: none of the brokers' host names can be resolved;"
                                + " check the address"),
                of(
                        "replay ARCHIVE --to kafka://nowhere.invalid:9092/orders --yes --failed HOME/failed",
                        1,
                        "open kafka://nowhere.invalid:9092: none of the brokers' host names can be resolved;"
                                + " check the address"),
                of("ls gs://archive --retry-for 1s", 1, "gs://archive/", "connection refused: nothing listens"),
                of(
                        "ls REFUSING/devstoreaccount1/archive --retry-for 1s",
                        64,
                        "Blob Storage answers 401",
                        "REFUSING/devstoreaccount1/archive"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void eachSaysWhatFailedOnWhatAndWhy(String line, int code, List<String> said) {
        CommandRun command = new CommandRun(
                false,
                "",
                Map.of(
                        "STORAGE_EMULATOR_HOST",
                        "http://127.0.0.1:" + closedPort,
                        "AZURE_STORAGE_CONNECTION_STRING",
                        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;BlobEndpoint="
                                + refusing() + "/devstoreaccount1;"));
        assertThat(command.run(filled(line).split(" ", -1))).as(command.err()).isEqualTo(code);
        String shown = command.out() + command.err();
        said.forEach(part -> assertThat(shown).contains(filled(part)));
        assertThat(shown).doesNotContain("Exception", "\tat ");
    }

    private String refusing() {
        return "http://127.0.0.1:" + refusing.getAddress().getPort();
    }

    private String filled(String text) {
        return text.replace("HOME", home.toString())
                .replace("ARCHIVE", home.resolve("archive").toString())
                .replace("CLOSED", Integer.toString(closedPort))
                .replace("REFUSING", refusing());
    }
}
