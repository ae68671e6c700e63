package dev.persistor.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT https://storage.googleapis.com/upload/b/o?uploadType=resumable&upload_id=s3cret failed | PUT https://storage.googleapis.com/upload/b/o?*** failed",
                "call https://app.azurewebsites.net/api/pull?code=s3cret: no answer | call https://app.azurewebsites.net/api/pull?***",
                "https://acct.blob.core.windows.net/c?sv=2024&sig=s3cret%3D | https://acct.blob.core.windows.net/c?***",
                "amqps://user:s3cret@host:5671/q | amqps://host:5671/q",
                "Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=name;SharedAccessKey=s3cret=;EntityPath=q | Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=name;SharedAccessKey=***;EntityPath=q",
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=s3cret+/==;EndpointSuffix=x | DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***;EndpointSuffix=x",
                "SharedAccessSignature sr=n&sig=s3cret&se=1 | SharedAccessSignature ***",
                "PlainLoginModule required username=\"u\" password=\"s3cret word\"; | PlainLoginModule required username=\"u\" password=***;",
                "Authorization: Bearer s3cret-token-123 | Authorization: Bearer ***",
                "Authorization: Basic dXNlcjpzM2NyZXQ= | Authorization: Basic ***",
                "x-functions-key=s3cret | x-functions-key=***",
            })
    void secretsAreHidden(String text, String shown) {
        assertThat(SafeText.withoutSecrets(text)).startsWith(shown).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "write orders/2026/01/1.bin: Cloud Storage answers 503",
                "PERSISTOR_STORE is \"gs://archive/prefix\"",
                "a bearer of news, basic needs, and signature=none of it",
                "SharedAccessKeyName=name",
                "file:///var/archive/",
            })
    void otherTextsStayAsTheyAre(String text) {
        assertThat(SafeText.withoutSecrets(text)).isEqualTo(text);
    }

    @Test
    void aFailureLosesItsSecretsWithAllItsCausesAndKeepsItsStackTrace() {
        Exception secret = new IOException("PUT https://host/o?upload_id=s3cret");
        Exception failure = new IllegalStateException("write: no", new IOException("wrapped", secret));
        failure.addSuppressed(new IOException("SharedAccessKey=s3cret"));
        StringWriter trace = new StringWriter();
        Throwable shown = Objects.requireNonNull(SafeText.withoutSecrets((Throwable) failure));
        shown.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString())
                .doesNotContain("s3cret")
                .contains("java.lang.IllegalStateException: write: no", "java.io.IOException: PUT https://host/o?***")
                .contains("SafeTextTest.aFailureLosesItsSecrets");
    }

    @Test
    void aFailureWithoutSecretsIsTheSame() {
        Exception failure = new IllegalStateException("write: no", new IOException("503"));
        assertThat(SafeText.withoutSecrets((Throwable) failure)).isSameAs(failure);
        Error error = new OutOfMemoryError("Java heap space");
        assertThat(SafeText.withoutSecrets(error)).isSameAs(error);
    }

    @Test
    void causesInACircleEnd() {
        Exception first = new IllegalStateException("password=s3cret");
        Exception second = new IllegalStateException("second", first);
        first.initCause(second);
        assertThat(String.valueOf(SafeText.withoutSecrets((Throwable) second))).doesNotContain("s3cret");
    }

    @Test
    void aTextIsOneLine() {
        assertThat(SafeText.line("id\r\n2026 ERROR forged\u2028x\u001b[2J\u202e"))
                .isEqualTo("id\\u000d\\u000a2026 ERROR forged\\u2028x\\u001b[2J\\u202e");
        assertThat(SafeText.line("naïve 😀")).isEqualTo("naïve 😀");
    }

    @Test
    void anAddressIsShownWithoutUserQueryAndFragment() {
        assertThat(SafeText.address(URI.create("https://user:s3cret@host:8443/a?code=s3cret#s3cret")))
                .isEqualTo("https://host:8443/a");
        assertThat(SafeText.address(URI.create("gs://bucket/prefix"))).isEqualTo("gs://bucket/prefix");
    }
}
