package dev.persistor.standalone.run.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunConfigTest {

    private @TempDir Path folder;

    private RunConfig read(String yaml, Map<String, String> environment) throws IOException {
        return RunConfig.read(Files.writeString(folder.resolve("persistor.yaml"), yaml), environment);
    }

    private List<String> problems(String yaml, Map<String, String> environment) {
        try {
            return List.of("none: " + read(yaml, environment));
        } catch (SettingsException e) {
            return e.problems().stream().map(Problem::toString).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileSaysWhatVariablesWouldSay() throws IOException {
        RunConfig config = read(
                """
                http-address: 0.0.0.0:9000
                shutdown: 5s
                log: text
                defaults:
                  store: mem:///
                  kafka-servers: a:1
                  batch-messages: 10
                  format: jsonl
                captures:
                  orders:
                    from: kafka
                    kafka-topics: [orders, returns]
                    batch-messages: 20
                    kafka-properties:
                      security.protocol: SASL_PLAINTEXT
                      sasl.jaas.config: ${JAAS}
                  web:
                    from: http
                    PERSISTOR_PATH: "{source}/$${id}-{id}"
                """,
                Map.of("JAAS", "secret with = and blanks;", "PERSISTOR_SHUTDOWN", "1s", "GOOGLE_CLOUD_PROJECT", "p"));

        assertThat(config.http().address().getHostString()).isEqualTo("0.0.0.0");
        assertThat(config.http().address().getPort()).isEqualTo(9_000);
        assertThat(config.shutdown()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.log()).isEqualTo(ProcessSettings.Log.TEXT);
        assertThat(config.captures()).extracting(CaptureConfig::name).containsExactly("orders", "web");
        Map<String, String> orders = config.captures().get(0).environment();
        assertThat(orders)
                .containsEntry("PERSISTOR_STORE", "mem:///")
                .containsEntry("PERSISTOR_BATCH_MESSAGES", "20")
                .containsEntry("PERSISTOR_KAFKA_TOPICS", "orders,returns")
                .containsEntry(
                        "PERSISTOR_KAFKA_PROPERTIES",
                        "security.protocol=SASL_PLAINTEXT\nsasl.jaas.config=secret with = and blanks;")
                .containsEntry("GOOGLE_CLOUD_PROJECT", "p")
                .doesNotContainKey("PERSISTOR_SHUTDOWN");
        Map<String, String> web = config.captures().get(1).environment();
        assertThat(web)
                .containsEntry("PERSISTOR_SOURCE", "web")
                .containsEntry("PERSISTOR_BATCH_MESSAGES", "10")
                .containsEntry("PERSISTOR_PATH", "{source}/${id}-{id}")
                .doesNotContainKey("PERSISTOR_KAFKA_SERVERS");
    }

    @Test
    void theEnvironmentIsOneCaptureOrMany() {
        RunConfig one = RunConfig.read(Map.of(
                "PERSISTOR_FROM", "http", "PERSISTOR_STORE", "mem:///", "PERSISTOR_HTTP_ADDRESS", "127.0.0.1:0"));
        assertThat(one.captures()).hasSize(1);
        assertThat(one.http().address().getPort()).isZero();

        Map<String, String> many = new HashMap<>(Map.of(
                "PERSISTOR_CAPTURES", "web, big-hub",
                "PERSISTOR_STORE", "mem:///",
                "PERSISTOR_CAPTURES_WEB_FROM", "http",
                "PERSISTOR_CAPTURES_BIG_HUB_FROM", "event-hubs",
                "PERSISTOR_CAPTURES_BIG_HUB_EVENT_HUB_NAME", "hub",
                "PERSISTOR_CAPTURES_BIG_HUB_EVENT_HUB_CONNECTION__FULLYQUALIFIEDNAMESPACE", "n.servicebus.windows.net",
                "PERSISTOR_CAPTURES_BIG_HUB_EVENT_HUB_CHECKPOINTS", "https://a.blob.core.windows.net/checkpoints"));
        RunConfig two = RunConfig.read(many);
        assertThat(two.captures()).extracting(CaptureConfig::name).containsExactly("web", "big-hub");
        assertThat(two.captures().get(1).environment())
                .containsEntry("EVENT_HUB_NAME", "hub")
                .containsEntry("EVENT_HUB_CONNECTION__fullyQualifiedNamespace", "n.servicebus.windows.net")
                .containsEntry("PERSISTOR_STORE", "mem:///");

        many.put("PERSISTOR_CAPTURES_WEB_FORMATT", "raw");
        many.remove("PERSISTOR_CAPTURES_BIG_HUB_EVENT_HUB_NAME");
        assertThatThrownBy(() -> RunConfig.read(many))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("unknown setting 'PERSISTOR_CAPTURES_WEB_FORMATT' (did you mean"
                        + " 'PERSISTOR_CAPTURES_WEB_FORMAT'?)")
                .hasMessageContaining("PERSISTOR_CAPTURES_BIG_HUB_EVENT_HUB_NAME is missing");
    }

    @Test
    void eachProblemIsListedWithItsLine() {
        assertThat(problems("""
                        http-address: nowhere
                        shutdwon: 5s
                        defaults:
                          stor: file:///tmp/x
                          kafka-servers: a
                        captures:
                          a:
                            from: kafka
                            batch-messages: many
                            kafka-topics: [a b, c]
                            kafka-topics: [c]
                            batch-bytes: [[1]]
                          b:
                            from: rabbit
                          "c/d":
                            from: service-bus
                            service-bus-queue: q
                            service-bus-connection: ${NOPE}
                            store: mem:///
                          e: 5
                        """, Map.of()))
                .satisfiesExactlyInAnyOrder(
                        it -> assertThat(it)
                                .startsWith("line 1: http-address is \"nowhere\": it is no host with a port"),
                        it -> assertThat(it).isEqualTo("line 2: unknown setting 'shutdwon' (did you mean 'shutdown'?)"),
                        it -> assertThat(it)
                                .isEqualTo("line 4: defaults: unknown setting 'stor' (did you mean 'store'?)"),
                        it -> assertThat(it).startsWith("line 7: captures.a: store is missing"),
                        it -> assertThat(it).startsWith("line 5: captures.a: kafka-servers is \"a\""),
                        it -> assertThat(it).startsWith("line 9: captures.a: batch-messages is \"many\""),
                        it -> assertThat(it).startsWith("line 10: captures.a: kafka-topics is \"a b,c\""),
                        it -> assertThat(it).isEqualTo("line 11: kafka-topics is set twice; first in line 10"),
                        it -> assertThat(it).startsWith("line 12: batch-bytes must be a value"),
                        it -> assertThat(it)
                                .isEqualTo(
                                        "line 14: captures.b: from is \"rabbit\"; it must be one of event-hubs, http,"
                                                + " kafka, pubsub, service-bus"),
                        it -> assertThat(it).startsWith("line 15: the capture name is \"c/d\""),
                        it -> assertThat(it).isEqualTo("line 18: the variable NOPE is not set"),
                        it -> assertThat(it).startsWith("line 18: captures.c/d: service-bus-connection is missing"),
                        it -> assertThat(it).isEqualTo("line 20: captures.e must be a map of keys and values"),
                        it -> assertThat(it).startsWith("line 20: captures.e: from is missing"));
    }

    @Test
    void whatIsNoYamlOrNothingIsSaid() {
        assertThat(problems("captures:\n  a: [", Map.of()))
                .singleElement()
                .asString()
                .startsWith("line 2: invalid YAML:");
        assertThat(problems("", Map.of()))
                .containsExactly("no captures are configured; add at least one under captures");
        assertThat(problems("- a\n", Map.of())).contains("line 1: the file must be a map of keys and values");
        assertThatThrownBy(() -> RunConfig.read(folder.resolve("none.yaml"), Map.of()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void settingsThatAreWrongOnlyTogetherAreReported() {
        assertThat(problems("""
                        captures:
                          a: {from: kafka, store: "mem:///", kafka-servers: "a:1", kafka-topics: "a,b", source: x}
                          b: {from: http, store: "mem:///", source: same}
                          c: {from: http, store: "mem:///", source: same}
                          d: {from: service-bus, store: "mem:///", service-bus-connection: x}
                          e: {from: kafka, store: "mem:///", kafka-servers: "a:1", kafka-topics: a,
                              kafka-properties: "group.id=secret-group"}
                          f: {from: kafka, store: "mem:///", kafka-servers: "a:1", kafka-topics: a,
                              kafka-properties: "security.protocol=secret-nonsense"}
                        """, Map.of()))
                .anyMatch(it -> it.startsWith("line 2: captures.a: source cannot name 2 topics of kafka-topics"))
                .anyMatch(it -> it.contains("two captures from http use the source same"))
                .anyMatch(it -> it.startsWith("line 5: captures.d: either service-bus-queue must be set, or"))
                .anyMatch(it -> it.startsWith("line 7: captures.e: kafka-properties is not valid"))
                .anyMatch(it -> it.startsWith("line 9: captures.f: kafka-properties or kafka-servers is not valid"))
                .noneMatch(it -> it.contains("secret-"));
    }

    @Test
    void anEmptyTokenIsAProblemAndNotAnOpenDoor() {
        for (String empty : List.of("\"\"", "", "~", "null", "[]", "\" \"", "\"a,\"", "[a, \"\"]", "${EMPTY}")) {
            assertThat(problems(
                            "captures:\n  a:\n    from: http\n    store: mem:///\n    http-token: " + empty + "\n",
                            Map.of("EMPTY", "")))
                    .as(empty)
                    .singleElement()
                    .asString()
                    .startsWith("line 5: captures.a: http-token is ");
        }
        assertThat(problems(
                        "defaults: {http-token: \"\"}\ncaptures: {a: {from: http, store: \"mem:///\"}}\n", Map.of()))
                .isNotEmpty();
        Map<String, String> one = new HashMap<>(
                Map.of("PERSISTOR_FROM", "http", "PERSISTOR_STORE", "mem:///", "PERSISTOR_HTTP_TOKEN", " "));
        assertThatThrownBy(() -> RunConfig.read(one)).hasMessageContaining("PERSISTOR_HTTP_TOKEN is empty");
        Map<String, String> many = Map.of(
                "PERSISTOR_CAPTURES", "web",
                "PERSISTOR_STORE", "mem:///",
                "PERSISTOR_CAPTURES_WEB_FROM", "http",
                "PERSISTOR_CAPTURES_WEB_HTTP_TOKEN", "");
        assertThatThrownBy(() -> RunConfig.read(many))
                .hasMessageContaining("PERSISTOR_CAPTURES_WEB_HTTP_TOKEN is empty");
        // For all else, an empty variable counts as left out.
        one.put("PERSISTOR_HTTP_TOKEN", "secret");
        one.put("PERSISTOR_FORMAT", "");
        assertThat(RunConfig.read(one).captures()).hasSize(1);
    }

    @Test
    void whatBeginsLikeAVariableAndIsNoneIsAProblemThatDoesNotShowTheValue() {
        for (String text : List.of("${TOKEN", "a${", "${}", "${a-b}", "hidden${TOKEN and more")) {
            assertThat(problems(
                            "captures:\n  a:\n    from: http\n    store: mem:///\n    http-token: '" + text + "'\n",
                            Map.of("TOKEN", "x")))
                    .as(text)
                    .anySatisfy(
                            it -> assertThat(it).startsWith("line 5: after ${ there must be the name of a variable"))
                    .noneMatch(it -> it.contains("hidden"));
        }
    }

    @Test
    void aFileOfTokensMustHaveOne() throws IOException {
        Path file = folder.resolve("tokens");
        String yaml = "captures: {a: {from: http, store: \"mem:///\", http-token-file: \"" + file + "\"}}\n";
        assertThat(problems(yaml, Map.of()))
                .singleElement()
                .asString()
                .contains("http-token-file" + " is", "file not found");
        Files.writeString(file, "\n \n");
        assertThat(problems(yaml, Map.of())).singleElement().asString().contains("contains no token");
        Files.writeString(file, "good\nse cret\n");
        assertThat(problems(yaml, Map.of())).singleElement().asString().doesNotContain("cret");
        Files.writeString(file, "old\nnew\n");
        assertThat(read(yaml, Map.of()).captures()).hasSize(1);
    }

    @Test
    void theAdminAddressIsAnotherThanThatOfMessages() throws IOException {
        String captures = "captures: {a: {from: http, store: \"mem:///\"}}\n";
        assertThat(problems("http-address: 0.0.0.0:80\nadmin-address: 0.0.0.0:80\n" + captures, Map.of()))
                .singleElement()
                .asString()
                .isEqualTo("line 2: admin-address is the same as http-address; use a different port, or remove"
                        + " the setting");
        assertThat(read("http-address: 0.0.0.0:80\nadmin-address: 0.0.0.0:81\n" + captures, Map.of())
                        .http()
                        .admin()
                        .orElseThrow()
                        .getPort())
                .isEqualTo(81);
    }
}
