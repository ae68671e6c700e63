package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Without a connection string the store asks the platform for a token. A process with the packed jars alone does so here,
 * so what was left out of them is not needed for that.
 */
@Timeout(60)
class ManagedIdentityIT {

    @Test
    void theStoreAsksThePlatformsEndpointForATokenOfStorage() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer platform = platform(asked);
        try {
            int port = platform.getAddress().getPort();
            Process process = find("https://127.0.0.1:" + port + "/devstoreaccount1/container", port);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(output).isTrue();

            assertThat(asked).as(output).hasSize(1);
            assertThat(asked.get(0))
                    .contains("resource=https%3A%2F%2Fstorage.azure.com")
                    .endsWith(" s3cret");
            // With the token it turns to the store, which is not there.
            assertThat(output)
                    .contains("retryable: find a in https://127.0.0.1:" + port)
                    .doesNotContain("s3cret");
        } finally {
            platform.stop(0);
        }
    }

    /** The endpoint by which App Service and Functions hand out tokens of a managed identity. */
    private static HttpServer platform(List<String> asked) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            asked.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("X-IDENTITY-HEADER"));
            byte[] answer = ("{\"access_token\":\"t\",\"expires_on\":\"1900000000\",\"token_type\":\"Bearer\","
                            + "\"resource\":\"https://storage.azure.com\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static Process find(String store, int port) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        Finder.class.getName(),
                        store)
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("IDENTITY_ENDPOINT", "http://127.0.0.1:" + port + "/token");
        builder.environment().put("IDENTITY_HEADER", "s3cret");
        return builder.start();
    }

    private static String classPath() throws Exception {
        try (Stream<Path> files = Files.walk(StagedAppIT.APP)) {
            String jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
            Path tests = Path.of(Finder.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jars + File.pathSeparator + tests;
        }
    }

    /** What the other process does. */
    static final class Finder {
        private Finder() {}

        public static void main(String[] arguments) {
            try (BlobStore store =
                    BlobStores.open(URI.create(arguments[0]), System.getenv()).withRetries(RetryBudget.none())) {
                store.find(BlobName.of("a"));
            } catch (BlobStoreException e) {
                System.out.println((e.isRetryable() ? "retryable: " : "permanent: ") + e.getMessage());
            }
            System.exit(0);
        }
    }
}
