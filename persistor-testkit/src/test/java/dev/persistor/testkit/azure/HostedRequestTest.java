package dev.persistor.testkit.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostedRequestTest {

    private static final byte[] TEXT = "{\"é\":1}".getBytes(StandardCharsets.UTF_8);

    private static TypedData body(byte[] body, String contentType) {
        return HostedRequest.of("F", "POST", Map.of("Content-Type", contentType), body)
                .body()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/octet-stream",
                "Application/Octet-Stream; charset=utf-8",
                "multipart/form-data; boundary=b"
            })
    void binaryTypesAreHandedOverAsBytes(String type) {
        assertThat(((TypedData.Bytes) body(TEXT, type)).value()).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/cloudevents+json; charset=iso-8859-1",
                "image/png",
                "",
                "nonsense"
            })
    void allOthersAreDecodedAsUtf8WhateverTheirCharset(String type) {
        assertThat(body(TEXT, type)).isEqualTo(new TypedData.Text("{\"é\":1}"));
    }

    @Test
    void marksOfEncodingsAreReadAndDropped() {
        assertThat(body(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a'}, "application/json"))
                .isEqualTo(new TypedData.Text("a"));
        assertThat(body(new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0}, "application/json"))
                .isEqualTo(new TypedData.Text("a"));
    }

    @Test
    void whatIsNotUtf8IsReplaced() {
        assertThat(body(new byte[] {'a', (byte) 0xFF, 'b'}, "application/json"))
                .isEqualTo(new TypedData.Text("a\uFFFDb"));
    }

    @Test
    void theLengthIsAHeaderLikeOthers() {
        assertThat(HostedRequest.of("F", "POST", Map.of(), TEXT).headers())
                .containsEntry("content-length", Integer.toString(TEXT.length));
        assertThat(HostedRequest.of("F", "POST", Map.of("Transfer-Encoding", "chunked"), TEXT)
                        .body())
                .isEmpty();
        assertThat(HostedRequest.of("F", "POST", Map.of(), new byte[0]).headers())
                .isEmpty();
    }
}
