package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublisherProvidersTest {

    private static final Message MESSAGE = Message.builder()
            .id("1")
            .source("test")
            .publishTime(Instant.EPOCH)
            .orderingKey("k")
            .build();

    @ParameterizedTest
    @CsvSource({
        "eventhubs://acme/orders, PERSISTOR_EVENTHUBS_CONNECTION_STRING",
        "servicebus://acme/orders, PERSISTOR_SERVICEBUS_CONNECTION_STRING"
    })
    void aConnectionStringOfTheEnvironmentIsUsed(URI target, String variable) throws IOException, InterruptedException {
        try (AmqpServer server = AmqpServer.start()) {
            server.hub("orders", 1);
            if (target.getScheme().equals("servicebus")) {
                server.queue("orders");
            }
            try (MessagePublisher publisher =
                    MessagePublishers.open(target, Map.of(variable, server.connectionString()))) {
                publisher.publish(MESSAGE).join();
            }
            assertThat(server.messages("orders")).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"eventhubs://acme/orders", "servicebus://acme/eu/orders"})
    void withoutOneTheCloudsOwnCredentialsAreAndNothingIsConnectedYet(URI target) {
        MessagePublishers.open(target, Map.of()).close();
    }

    @ParameterizedTest
    @CsvSource({"eventhubs://acme", "servicebus://acme"})
    void aMalformedAddressIsTold(URI target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessagePublishers.open(target, Map.of()))
                .withMessageContaining(target.toString());
    }

    @ParameterizedTest
    @CsvSource({"EventHubs, eventhubs", "ServiceBus, servicebus"})
    void withoutItsClientAProviderLoadsAndSaysWhatToAdd(String provider, String scheme) throws Exception {
        URL[] others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("azure-messaging-"))
                .map(PublisherProvidersTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader without = new URLClassLoader(others, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = without.loadClass("dev.persistor.azure." + provider + "PublisherProvider");
            Object made = type.getConstructor().newInstance();
            assertThat(type.getMethod("accepts", URI.class).invoke(made, URI.create(scheme + "://a/b")))
                    .isEqualTo(true);
            Method open = type.getMethod("open", URI.class, Map.class);
            assertThatThrownBy(() -> open.invoke(made, URI.create(scheme + "://acme/orders"), Map.of()))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("add com.azure:azure-messaging-" + scheme);
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }
}
