package dev.persistor.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTextTest {

    private static Arguments of(Throwable failure, String text) {
        return Arguments.of(failure, text);
    }

    private static <T extends Throwable> T caused(T failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                of(
                        new UnknownHostException("store.example: Name or service not known"),
                        "the host name store.example cannot be resolved; check the address, the DNS and the network"),
                of(
                        new ConnectException("Connection refused"),
                        "connection refused: nothing listens at the address, or a firewall blocks it"),
                of(new SocketTimeoutException("Read timed out"), "no answer in time"),
                of(new NoSuchFileException("/a/b"), "file or folder not found: /a/b"),
                of(
                        new AccessDeniedException("/a/b"),
                        "no permission for /a/b; grant it to this user, or run as another one"),
                of(
                        caused(
                                new SSLHandshakeException("PKIX path building failed: sun.security.Some: unable"),
                                new CertificateException(
                                        "PKIX path building failed", new CertPathBuilderException("unable"))),
                        "the server's certificate is not trusted; check the address, or add its"
                                + " authority to"
                                + " the trust store of Java (javax.net.ssl.trustStore)"),
                of(
                        caused(
                                new SSLHandshakeException("No name matching store.example found"),
                                new CertificateException("No name matching store.example found")),
                        "the server's certificate is not valid (No name matching store.example found); check"
                                + " the address"),
                of(
                        new SSLException("Unsupported or unrecognized SSL message"),
                        "no TLS connection (Unsupported or unrecognized SSL message); check that the server"
                                + " uses TLS, and the certificates"),
                of(new IllegalStateException("the client is closed\nmore"), "the client is closed"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void itSaysWhatHappenedWhereverItIsInTheCauses(Throwable failure, String text) {
        assertThat(FailureText.of(failure)).isEqualTo(text).doesNotContain("Exception", "sun.security");
        IOException wrapped = new IOException(failure);
        boolean isOfPlatform = !(failure instanceof IllegalStateException);
        assertThat(FailureText.ofPlatform(wrapped).isPresent()).isEqualTo(isOfPlatform);
        FailureText.ofPlatform(wrapped).ifPresent(found -> assertThat(found).isEqualTo(text));
    }

    @Test
    void longTextsAreCut() {
        assertThat(FailureText.of(new IOException("x".repeat(400)))).isEqualTo("x".repeat(300) + "...");
    }
}
