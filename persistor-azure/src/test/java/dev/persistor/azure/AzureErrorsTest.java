package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.storage.blob.models.BlobStorageException;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FailureKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class AzureErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "408, OperationTimedOut, true",
        "429, TooManyRequests, true",
        "500, InternalError, true",
        "500, OperationTimedOut, true",
        "503, ServerBusy, true",
        "400, Md5Mismatch, true",
        "409, ContainerBeingDeleted, true",
        "400, InvalidHeaderValue, false",
        "401, NoAuthenticationInformation, false",
        "403, AuthorizationPermissionMismatch, false",
        "404, ContainerNotFound, false",
        "409, ContainerDisabled, false",
        "413, RequestBodyTooLarge, false"
    })
    void azureSaysWhatMayBeTriedAgain(int status, String code, boolean retryable) {
        BlobStorageException answered = answer(status, code);
        BlobStoreException failure = AzureErrors.translate("write a", answered);
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure).hasMessage("write a: Blob Storage answers " + status + " " + code);
        assertThat(failure.getCause()).isSameAs(answered);
    }

    @Test
    void aTokenThatIsMissingIsSaidByTheInnermostTextAndMayBeTriedAgain() {
        RuntimeException answer = new IllegalStateException("AADSTS7000222: the secret has expired\nTrace ID: x");
        BlobStoreException failure = AzureErrors.translate(
                "write a",
                new ClientAuthenticationException("authentication failed, see inner exception", null, answer));
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure)
                .hasMessageStartingWith(
                        "write a: no token of Microsoft Entra ID: AADSTS7000222: the secret has expired; give this machine")
                .hasMessageNotContaining("inner exception");
        assertThat(AzureErrors.reasonOf(new ClientAuthenticationException(
                        "see inner exception", null, new UnknownHostException("login.example"))))
                .startsWith("no token of Microsoft Entra ID: the host name login.example cannot be resolved");
    }

    @Test
    void aBrokenConnectionMayBeTriedAgain() {
        BlobStoreException failure =
                AzureErrors.translate("write a", new UncheckedIOException(new IOException("reset")));
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure).hasMessageContaining("write a: ").hasMessageContaining("reset");
    }

    @ParameterizedTest
    @CsvSource({
        "409, BlobAlreadyExists, true",
        "403, UnauthorizedBlobOverwrite, false",
        "409, BlobImmutableDueToPolicy, true",
        "412, ConditionNotMet, true",
        "409, ContainerBeingDeleted, false",
        "403, AuthorizationFailure, false"
    })
    void theServiceSaysInMoreThanOneWayThatANameIsTaken(int status, String code, boolean taken) {
        assertThat(AzureErrors.kindOf(answer(status, code)) == FailureKind.EXISTS)
                .isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"429, TooManyRequests, true", "503, ServerBusy, true", "500, InternalError, false"})
    void theServiceSaysThatThereAreTooManyRequests(int status, String code, boolean throttled) {
        assertThat(AzureErrors.kindOf(answer(status, code)) == FailureKind.THROTTLED)
                .isEqualTo(throttled);
    }

    @ParameterizedTest
    @CsvSource({"404, BlobNotFound, true", "404, ContainerNotFound, false", "403, AuthorizationFailure, false"})
    void aMissingContainerIsNoMissingBlob(int status, String code, boolean missing) {
        assertThat(AzureErrors.kindOf(answer(status, code)) == FailureKind.NOT_FOUND)
                .isEqualTo(missing);
    }

    private static BlobStorageException answer(int status, String code) {
        return new BlobStorageException("a text\nof many lines", new Answer(status, code), null);
    }

    /** An answer without a body, as a HEAD gets it. */
    private static final class Answer extends HttpResponse {
        private final int status;
        private final HttpHeaders headers;

        Answer(int status, String code) {
            super(new HttpRequest(HttpMethod.HEAD, "http://127.0.0.1/a"));
            this.status = status;
            this.headers = new HttpHeaders().set(HttpHeaderName.fromString("x-ms-error-code"), code);
        }

        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        @Deprecated
        public String getHeaderValue(String name) {
            return headers.getValue(HttpHeaderName.fromString(name));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<ByteBuffer> getBody() {
            return Flux.empty();
        }

        @Override
        public Mono<byte[]> getBodyAsByteArray() {
            return Mono.empty();
        }

        @Override
        public Mono<String> getBodyAsString() {
            return getBodyAsString(StandardCharsets.UTF_8);
        }

        @Override
        public Mono<String> getBodyAsString(Charset charset) {
            return Mono.empty();
        }
    }
}
