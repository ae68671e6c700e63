package dev.persistor.standalone.run.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captures that are right alone and wrong together, and settings that name another thing than they should. */
class CaptureConflictsTest {

    private static final String HUB_CONNECTION = "Endpoint=sb://%s/;SharedAccessKeyName=n;SharedAccessKey=s3cret=";

    private @TempDir Path folder;

    private List<String> problems(String yaml) throws IOException {
        try {
            RunConfig unused = RunConfig.read(Files.writeString(folder.resolve("persistor.yaml"), yaml), Map.of());
            return List.of();
        } catch (SettingsException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    /** Settings of two captures, each on a line of its own. */
    private List<String> problemsOf(String defaults, String first, String second) throws IOException {
        List<String> lines = new ArrayList<>(List.of("defaults:", "  store: mem:///"));
        lines.addAll(indented("  ", defaults));
        lines.addAll(List.of("captures:", "  a:"));
        lines.addAll(indented("    ", first));
        lines.add("  b:");
        lines.addAll(indented("    ", second));
        return problems(String.join("\n", lines) + "\n");
    }

    private static List<String> indented(String blanks, String settings) {
        return settings.isEmpty()
                ? List.of()
                : List.of(settings.split(" & ", -1)).stream()
                        .map(line -> blanks + line)
                        .toList();
    }

    private static final String KAFKA = "from: kafka & kafka-topics: ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "orders & kafka-servers: k1:9092 | orders & kafka-servers: k1:9092",
                "orders & kafka-servers: k1:9092,k2:9092 | orders & kafka-servers: K2:9092, k1:9092",
                "orders & kafka-servers: k1:9092,k2:9092 | orders & kafka-servers: k2:9092",
                "orders & kafka-servers: k1:9092 | [clicks, orders] & kafka-servers: k1:9092",
                "orders & kafka-servers: k1:9092 & kafka-group: g | orders & kafka-servers: k1:9092 &"
                        + " kafka-group: g & source: o",
                "orders & kafka-servers: k1:9092 | orders & kafka-servers: k1:9092 & kafka-group: persistor &"
                        + " store: mem:///b",
            })
    void twoCapturesWithTheSameTopicAndGroupAreRefused(String first, String second) throws IOException {
        assertThat(problemsOf("", KAFKA + first, KAFKA + second))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .startsWith("line ")
                        .contains("captures.b: kafka-group: this capture reads topic orders of ")
                        .contains("in the consumer group ")
                        .contains("which is also read by the capture a (line 4)")
                        .contains("Change kafka-group of one of them, or remove one"));
    }

    @Test
    void inheritedSettingsConflictToo() throws IOException {
        assertThat(problemsOf("kafka-servers: k1:9092 & kafka-topics: orders", "from: kafka", "from: kafka"))
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("captures.b: kafka-group: this capture reads"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders & kafka-servers: k1:9092 | clicks & kafka-servers: k1:9092",
                "orders & kafka-servers: k1:9092 | orders & kafka-servers: k1:9092 & kafka-group: other",
                "orders & kafka-servers: k1:9092 | orders & kafka-servers: k2:9092 & source: orders-2",
                "orders & kafka-servers: k1:9092 | orders & kafka-servers: k2:9092 & store: mem:///other",
            })
    void otherCapturesAreAccepted(String first, String second) throws IOException {
        assertThat(problemsOf("", KAFKA + first, KAFKA + second)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gs://archive/x | gs://archive/x",
                "gs://archive/x | gs://archive/x/",
                "gs://archive | gs://archive/",
                "file:///var/a | file:///var/./a/",
                "https://acct.blob.core.windows.net/c | https://ACCT.blob.core.windows.net/c/",
            })
    void theSameSourceAndStoreFromTwoClustersAreRefused(String first, String second) throws IOException {
        assertThat(problemsOf(
                        "",
                        KAFKA + "orders & kafka-servers: k1:9092 & store: " + first,
                        KAFKA + "orders & kafka-servers: k2:9092 & store: " + second))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .contains("captures.b: source: this capture files messages of topic orders of k2:9092 under the"
                                + " source orders")
                        .contains("the capture a (line 4) files those of topic orders of k1:9092")
                        .contains("Set source of one of them to another name, or use another store"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subscription: projects/p/subscriptions/s | subscription: ' projects/p/subscriptions/s '",
            })
    void twoCapturesWithTheSameSubscriptionAreRefused(String first, String second) throws IOException {
        assertThat(problemsOf("from: pubsub", first, second))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .startsWith("line 8: captures.b: subscription: this capture reads subscription"
                                + " projects/p/subscriptions/s, which is also read by the capture a"));
    }

    @Test
    void subscriptionsOfTwoProjectsWithTheSameNameAreRefused() throws IOException {
        assertThat(problemsOf(
                        "from: pubsub",
                        "subscription: projects/p/subscriptions/s",
                        "subscription: projects/q/subscriptions/s"))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .contains("captures.b: source: this capture files messages of Pub/Sub in the project q"));
    }

    private static String azure(String settings, String host) {
        return settings + HUB_CONNECTION.formatted(host) + "'";
    }

    @ParameterizedTest
    @CsvSource({"ns.servicebus.windows.net,orders", "NS.servicebus.windows.net,Orders"})
    void twoCapturesWithTheSameQueueAreRefused(String host, String queue) throws IOException {
        assertThat(problemsOf(
                        "from: service-bus",
                        azure("service-bus-queue: orders & service-bus-connection: '", "ns.servicebus.windows.net"),
                        azure("service-bus-queue: " + queue + " & service-bus-connection: '", host)))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .contains("captures.b: service-bus-queue: this capture reads queue orders of"
                                + " ns.servicebus.windows.net, which is also read by the capture a")
                        .doesNotContain("s3cret"));
    }

    @Test
    void twoCapturesWithTheSameSubscriptionOfATopicAreRefused() throws IOException {
        assertThat(problemsOf(
                        azure(
                                "from: service-bus & service-bus-topic: t & service-bus-connection: '",
                                "ns.servicebus.windows.net"),
                        "service-bus-subscription: s",
                        "service-bus-subscription: S"))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .contains("captures.b: service-bus-subscription: this capture reads subscription"
                                + " s of the topic t"));
    }

    private static final String HUB =
            "from: event-hubs & event-hub-checkpoints: https://acct.blob.core.windows.net/checkpoints & ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | ''",
                "'' | event-hub-consumer-group: $Default",
                "event-hub-consumer-group: g | event-hub-consumer-group: G",
            })
    void twoCapturesWithTheSameHubAndConsumerGroupAreRefused(String first, String second) throws IOException {
        String connection = "event-hub-connection: '";
        assertThat(problemsOf(
                        "",
                        azure(
                                HUB + "event-hub-name: orders & " + more(first) + connection,
                                "ns.servicebus.windows.net"),
                        azure(
                                HUB + "event-hub-name: Orders & " + more(second) + connection,
                                "NS.servicebus.windows.net")))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .contains("captures.b: event-hub-consumer-group: this capture reads event hub orders of"
                                + " ns.servicebus.windows.net in the consumer group "));
    }

    private static String more(String setting) {
        return setting.isEmpty() ? "" : setting + " & ";
    }

    @Test
    void anEntityPathOfAnotherEntityIsRefused() throws IOException {
        assertThat(problems("""
                        captures:
                          a:
                            from: event-hubs
                            store: mem:///
                            event-hub-name: orders
                            event-hub-connection: "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=s3cret=;EntityPath=other"
                            event-hub-checkpoints: https://acct.blob.core.windows.net/checkpoints
                          b:
                            from: service-bus
                            store: mem:///
                            service-bus-queue: orders
                            service-bus-connection: "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=s3cret=;EntityPath=other"
                          c:
                            from: service-bus
                            store: mem:///
                            source: c
                            service-bus-topic: orders
                            service-bus-subscription: s
                            service-bus-connection: "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=s3cret=;EntityPath=ORDERS"
                        """))
                .containsExactly(
                        "line 6: captures.a: event-hub-connection has EntityPath=other, and event-hub-name is"
                                + " \"orders\"."
                                + " Use a connection string of the namespace or of orders, or set"
                                + " event-hub-name to other",
                        "line 12: captures.b: service-bus-connection has EntityPath=other, and service-bus-queue is"
                                + " \"orders\". Use a connection string of the namespace or of orders, or set"
                                + " service-bus-queue to other");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://ns.servicebus.windows.net/",
                "sb://ns.servicebus.windows.net",
                "ns.servicebus.windows.net:5671",
                "ns.servicebus.windows.net/orders",
                "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=s3cret=",
            })
    void anAddressWhereAHostIsExpectedIsRefused(String host) throws IOException {
        assertThat(problems("""
                        captures:
                          a:
                            from: event-hubs
                            store: mem:///
                            event-hub-name: orders
                            event-hub-connection--fullyqualifiednamespace: "%s"
                            event-hub-checkpoints: https://acct.blob.core.windows.net/checkpoints
                        """.formatted(host)))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .startsWith("line 6: captures.a: event-hub-connection--fullyqualifiednamespace is ")
                        .contains("it must be the name of a host such as NAMESPACE.servicebus.windows.net")
                        .doesNotContain("s3cret"));
    }

    @Test
    void aHostWhereAnAddressOrConnectionStringIsExpectedIsRefused() throws IOException {
        assertThat(problems("""
                        captures:
                          a:
                            from: event-hubs
                            store: mem:///
                            event-hub-name: sb://ns.servicebus.windows.net/orders
                            event-hub-connection: ns.servicebus.windows.net
                            event-hub-checkpoints: acct.blob.core.windows.net/checkpoints
                          b:
                            from: kafka
                            store: mem:///
                            kafka-servers: http://k1:9092
                            kafka-topics: orders
                        """))
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("line 5: captures.a: event-hub-name is ")
                        .contains("it is an address or a connection string, not a name"))
                .anySatisfy(problem -> assertThat(problem).startsWith("line 7: captures.a: event-hub-checkpoints is "))
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("line 11: captures.b: kafka-servers is ")
                        .contains("it has a scheme or a path"));
    }

    @Test
    void propertiesOfKafkaReachTheConsumerAsTheyAreWritten() throws IOException {
        RunConfig config = RunConfig.read(Files.writeString(folder.resolve("persistor.yaml"), """
                captures:
                  a:
                    from: kafka
                    store: mem:///
                    kafka-servers: k1:9092
                    kafka-topics: orders
                    kafka-properties:
                      ssl.keystore.location: 'C:\\certs\\new'
                      ssl.truststore.type: PEM
                      ssl.truststore.certificates: |
                        -----BEGIN CERTIFICATE-----
                        MIIB==
                        -----END CERTIFICATE-----
                """), Map.of());
        String properties = config.captures().get(0).environment().getOrDefault("PERSISTOR_KAFKA_PROPERTIES", "");
        assertThat(List.of(properties.split("\n", -1)))
                .containsExactly(
                        "ssl.keystore.location=C:\\certs\\new",
                        "ssl.truststore.type=PEM",
                        "ssl.truststore.certificates=-----BEGIN CERTIFICATE-----",
                        " MIIB==",
                        " -----END CERTIFICATE-----",
                        " ");
    }
}
