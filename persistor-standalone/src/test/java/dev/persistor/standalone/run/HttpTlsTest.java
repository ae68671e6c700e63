package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.config.SettingsException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages are sent over TLS where a certificate and its key are configured, and what is wrong with these is said at the start. */
@Timeout(120)
class HttpTlsTest {

    private static final String PASSWORD = "changeit";

    private @TempDir Path folder;

    /** Makes a certificate that signs itself, with the JDK's own tool. */
    private KeyStore store(String name, String algorithm) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        "a",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }

    private Path certificate(KeyStore store) throws Exception {
        return Files.writeString(
                Files.createTempFile(folder, "certificate", ".pem"),
                "Subject: CN=localhost\n"
                        + pem("CERTIFICATE", store.getCertificate("a").getEncoded()));
    }

    private static byte[] key(KeyStore store) throws Exception {
        Key key = store.getKey("a", PASSWORD.toCharArray());
        return key.getEncoded();
    }

    private Path file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "key", ".pem"), text);
    }

    private String yaml(Path certificate, Path key) {
        return """
                http-address: 127.0.0.1:0
                admin-address: 127.0.0.1:0
                http-tls-certificate: %s
                http-tls-key: %s
                captures:
                  web: {from: http, store: "%s"}
                """.formatted(certificate, key, folder.resolve("archive").toUri());
    }

    private void assertServed(String yaml, KeyStore trusted) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        try (RunningService service = RunningService.start(folder, yaml, Map.of())) {
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .sslContext(tls)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + service.port() + "/v1/web"))
                                    .headers("ce-id", "1", "ce-time", "2026-01-31T06:00:00Z")
                                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("{\"durable\":1}\n");
            // Probes need no certificate.
            assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
            try (RawClient plain = RawClient.connect(service.port())) {
                assertThat(plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readToEnd())
                        .doesNotContain("HTTP");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void messagesAreSentOverTls(String algorithm) throws Exception {
        KeyStore store = store("good", algorithm);
        assertServed(yaml(certificate(store), file(pem("PRIVATE KEY", key(store)))), store);
    }

    /** As some issuers of certificates write RSA keys: PKCS #1, which PKCS #8 has in it. */
    @Test
    void anRsaKeyMayBeInItsOldForm() throws Exception {
        KeyStore store = store("good", "RSA");
        byte[] pkcs8 = key(store);
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        assertServed(yaml(certificate(store), file(pem("RSA PRIVATE KEY", pkcs1))), store);
    }

    @Test
    void whatIsWrongIsSaidAtTheStartWithoutTheKey() throws Exception {
        KeyStore good = store("good", "RSA");
        KeyStore other = store("other", "RSA");
        Path certificate = certificate(good);
        Path key = file(pem("PRIVATE KEY", key(good)));
        Path none = folder.resolve("none.pem");
        assertProblem(yaml(none, key), "line 3: http-tls-certificate is \"" + none + "\": the file cannot be read");
        assertProblem(yaml(key, key), "line 3: http-tls-certificate is", "it contains no readable certificate");
        assertProblem(yaml(certificate, none), "line 4: http-tls-key is", "the file cannot be read");
        assertProblem(yaml(certificate, certificate), "line 4: http-tls-key is", "no block that begins with");
        assertProblem(
                yaml(certificate, file(pem("ENCRYPTED PRIVATE KEY", key(good)))), "http-tls-key", "openssl pkcs8");
        assertProblem(
                yaml(certificate, file(pem("PRIVATE KEY", new byte[50]))), "http-tls-key", "it contains no RSA key");
        assertProblem(
                yaml(certificate, file(pem("PRIVATE KEY", key(other)))),
                "http-tls-key is not the key of http-tls-certificate");
        assertProblem(
                yaml(certificate, key).replaceFirst("http-tls-key: .*\n", ""),
                "http-tls-certificate and http-tls-key must be set together");
    }

    private void assertProblem(String yaml, String... texts) {
        assertThatThrownBy(() -> RunningService.start(folder, yaml, Map.of()))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems()).singleElement().asString().contains(List.of(texts)))
                .hasMessageNotContaining("MII");
    }
}
