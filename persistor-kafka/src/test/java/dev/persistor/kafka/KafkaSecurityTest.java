package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.core.replay.Transactions;
import dev.persistor.testkit.ReservedPort;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS, and the name and password that the Kafka endpoint of Event Hubs asks for. */
@Timeout(120)
class KafkaSecurityTest {

    private static final String STORE_PASSWORD = "changeit";
    private static final String CONNECTION_STRING =
            "Endpoint=sb://space.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=s3cret+/abc=";

    private static @TempDir Path folder;
    private static ReservedPort port;
    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        Path keys = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-alias",
                        "broker",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        STORE_PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        port = ReservedPort.reserve();
        broker = KafkaBroker.start(
                Files.createDirectory(folder.resolve("broker")),
                Map.of(
                        "listeners",
                        "SASL_SSL://127.0.0.1:" + port.number(),
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL",
                        "sasl.enabled.mechanisms",
                        "PLAIN",
                        "listener.name.sasl_ssl.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_$ConnectionString=\""
                                + CONNECTION_STRING + "\";",
                        "ssl.keystore.location",
                        keys.toString(),
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.password",
                        STORE_PASSWORD));
        broker.create("hub", 2, Map.of());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
        port.close();
    }

    private static Map<String, String> environment(String password) {
        return Map.of(
                "PERSISTOR_KAFKA_PROPERTIES", """
                        security.protocol=SASL_SSL
                        sasl.mechanism=PLAIN
                        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
                        username="$ConnectionString" password="%s";
                        ssl.truststore.location=%s
                        ssl.truststore.type=PKCS12
                        ssl.truststore.password=%s
                        max.request.size=1000000
                        session.timeout.ms=30000
                        """.formatted(password, folder.resolve("keys.p12"), STORE_PASSWORD));
    }

    private static TargetAddress target() {
        return TargetAddress.parse("kafka://127.0.0.1:" + port.number() + "/hub");
    }

    private static Message message(String id) {
        return Message.builder()
                .id(id)
                .source("orders")
                .publishTime(Instant.now())
                .orderingKey("k")
                .build();
    }

    @Test
    void messagesGoOutWithTheConnectionStringAsPassword() throws Exception {
        try (MessagePublisher publisher = MessagePublishers.open(target(), environment(CONNECTION_STRING))) {
            publisher.publish(message("1")).join();
            assertThat(publisher.losses(message("large").toBuilder()
                            .payload(new byte[1_000_000])
                            .build()))
                    .as("the request may be no larger than the property says")
                    .singleElement()
                    .asString()
                    .contains("1000000 bytes");
        }
        try (Transactions transactions =
                MessagePublishers.openTransactions(target(), "replay", "checkpoint", environment(CONNECTION_STRING))) {
            transactions.send(List.of(message("2")));
            transactions.commit(1);
        }
        assertThat(broker.records("hub", "read_committed")).hasSize(2);
    }

    @Test
    void aWrongPasswordIsToldAndNotShown() {
        String wrong = CONNECTION_STRING.replace("s3cret", "s3cret-too");
        assertThatExceptionOfType(PublishException.class)
                .isThrownBy(() -> MessagePublishers.open(target(), environment(wrong)))
                .withMessageContaining("the brokers refuse the credentials")
                .withMessageContaining("PERSISTOR_KAFKA_PROPERTIES")
                .satisfies(failure -> {
                    StringWriter trace = new StringWriter();
                    failure.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("s3cret");
                });
    }
}
