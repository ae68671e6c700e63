package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PubSubPublisherProviderTest {

    private static final Map<String, String> EMULATOR = Map.of("PUBSUB_EMULATOR_HOST", "127.0.0.1:1");

    @ParameterizedTest
    @CsvSource({
        "pubsub://project/orders, projects/project/topics/orders",
        "pubsub://example.com:project/orders-1.x_y~z, projects/example.com:project/topics/orders-1.x_y~z"
    })
    void anAddressOfATopicIsOpened(String address, String topic) {
        try (MessagePublisher publisher = MessagePublishers.open(URI.create(address), EMULATOR)) {
            assertThat(publisher).hasToString(topic);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pubsub:///orders",
                "pubsub://project",
                "pubsub://project/",
                "pubsub://Project/orders",
                "pubsub://project/or",
                "pubsub://project/1orders",
                "pubsub://project/google",
                "pubsub://project/a/b/c",
                "pubsub://project/orders?x=y",
                "pubsub://project/orders#x",
                "pubsub:project/orders",
            })
    void anotherAddressIsRefusedWithWhatIsAllowed(String address) {
        assertThatThrownBy(() -> MessagePublishers.open(URI.create(address), EMULATOR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(address)
                .hasMessageContaining("write pubsub://project/topic");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "http://localhost:8085", "localhost:port"})
    void anEmulatorsAddressIsHostAndPort(String emulator) {
        assertThatThrownBy(() -> MessagePublishers.open(
                        URI.create("pubsub://project/orders"), Map.of("PUBSUB_EMULATOR_HOST", emulator)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PUBSUB_EMULATOR_HOST is " + emulator + "; write host:port");
    }

    @Test
    void withoutGooglesClientTheOthersAreFoundAndThisOneSaysWhatToAdd() throws Exception {
        try (URLClassLoader function = new URLClassLoader(withoutClient(), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> open(function, "elsewhere://orders"))
                    .hasMessageContaining("the available modules publish to")
                    .hasMessageContaining("pubsub://project/topic");
            assertThatThrownBy(() -> open(function, "pubsub://project/orders"))
                    .hasMessageContaining("add com.google.cloud:google-cloud-pubsub");
        }
    }

    /** Calls another class loader's {@link MessagePublishers}. */
    private static void open(ClassLoader loader, String address) throws Throwable {
        try {
            loader.loadClass(MessagePublishers.class.getName())
                    .getMethod("open", URI.class, Map.class)
                    .invoke(null, URI.create(address), EMULATOR);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static URL[] withoutClient() throws IOException {
        Pattern client = Pattern.compile(".*/(google-cloud-pubsub|(proto|grpc)-google-cloud-pubsub|gax|grpc-).*");
        return Stream.of(FunctionsFramework.testClassPath().split(File.pathSeparator))
                .filter(entry -> !client.matcher(entry).matches())
                .map(PubSubPublisherProviderTest::url)
                .toArray(URL[]::new);
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
