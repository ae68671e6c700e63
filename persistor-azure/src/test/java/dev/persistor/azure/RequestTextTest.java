package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import dev.persistor.core.capture.MalformedEventException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTextTest {

    private static final String JSON = "application/json";

    /** A request whose body the host or the worker decoded with a charset. */
    private record Request(Map<String, String> getHeaders, Optional<String> getBody)
            implements HttpRequestMessage<Optional<String>> {

        static Request of(byte[] sent, Charset charset, String contentType) {
            return new Request(
                    Map.of("content-type", contentType, "content-length", Integer.toString(sent.length)),
                    Optional.of(new String(sent, charset)));
        }

        static Request withHeaders(String body, String... headers) {
            Map<String, String> map = new HashMap<>();
            for (int i = 0; i < headers.length; i += 2) {
                map.put(headers[i], headers[i + 1]);
            }
            return new Request(map, Optional.of(body).filter(text -> !text.isEmpty()));
        }

        @Override
        public URI getUri() {
            return URI.create("https://host/api/eventgrid");
        }

        @Override
        public HttpMethod getHttpMethod() {
            return HttpMethod.POST;
        }

        @Override
        public Map<String, String> getQueryParameters() {
            return Map.of();
        }

        @Override
        public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
            throw new UnsupportedOperationException();
        }

        @Override
        public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
            throw new UnsupportedOperationException();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRefused(Request request) {
        assertThatThrownBy(() -> RequestText.of(request))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining("the body was altered before it arrived");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/octet-stream", "multipart/form-data; boundary=x"})
    void textOfTheRightCharsetIsTaken(String contentType) throws MalformedEventException {
        String text = "{\"e\":\"é😀\"}";
        assertThat(RequestText.of(Request.of(utf8(text), StandardCharsets.UTF_8, contentType)))
                .isEqualTo(text);
        assertThat(RequestText.of(Request.of(utf8("{}"), StandardCharsets.US_ASCII, contentType)))
                .isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"US-ASCII", "ISO-8859-1", "windows-1252", "UTF-16"})
    void textOfAnotherCharsetIsRefusedWhateverTheContentType(String charset) {
        for (String type : new String[] {JSON, "application/octet-stream", "multipart/mixed", "text/plain"}) {
            assertRefused(Request.of(utf8("{\"e\":\"é\"}"), Charset.forName(charset), type));
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertRefused(Request.of(new byte[] {'"', (byte) 0xFF, '"'}, StandardCharsets.UTF_8, JSON));
        assertRefused(Request.of("é".getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8, JSON));
    }

    @Test
    void anIncompleteCharacterOfThreeBytesIsRefusedWhereTheWorkerDecodesIt() {
        byte[] sent = {(byte) 0xF0, (byte) 0x9F, (byte) 0x98};
        assertRefused(Request.of(sent, StandardCharsets.UTF_8, "application/octet-stream"));
    }

    @Test
    void aReplacementCharacterThatWasSentIsTaken() throws MalformedEventException {
        assertThat(RequestText.of(Request.of(utf8("\uFFFD"), StandardCharsets.UTF_8, JSON)))
                .isEqualTo("\uFFFD");
    }

    @Test
    void aReplacementCharacterWithoutALengthIsRefused() throws MalformedEventException {
        assertRefused(Request.withHeaders("\uFFFD", "content-type", JSON));
        assertThat(RequestText.of(Request.withHeaders("é", "content-type", JSON)))
                .isEqualTo("é");
    }

    @Test
    void aByteOrderMarkThatTheHostDroppedIsNoDifference() throws MalformedEventException {
        assertThat(RequestText.of(Request.withHeaders("{}", "content-type", JSON, "content-length", "5")))
                .isEqualTo("{}");
    }

    @Test
    void aBodyThatTheHostDidNotHandOverIsNotAnEmptyOne() throws MalformedEventException {
        assertThat(RequestText.of(Request.withHeaders(""))).isEmpty();
        assertThat(RequestText.of(Request.withHeaders("", "content-length", "0")))
                .isEmpty();
        assertThatThrownBy(() -> RequestText.of(Request.withHeaders("", "transfer-encoding", "chunked")))
                .hasMessageContaining("delivered no body");
        assertThatThrownBy(() -> RequestText.of(Request.withHeaders("", "content-length", "2")))
                .hasMessageContaining("delivered no body");
    }
}
