package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ExistingBlobTest {

    private static final BlobName NAME = BlobName.of("a/b");

    private static Blob blob(String content, Map<String, String> metadata) {
        return Blob.of(
                NAME, content.getBytes(java.nio.charset.StandardCharsets.UTF_8), "t/t", BlobMetadata.of(metadata));
    }

    @Test
    void theSameBytesAreTheSameBlobWhateverElseTheirMetadataSays() {
        Blob there = blob("x", Map.of("persistor-id", "1", "persistor-delivery-attempt", "1"));
        Blob here = blob("x", Map.of("persistor-id", "1", "persistor-delivery-attempt", "2"));
        assertThat(ExistingBlob.compare(here, BlobInfo.of(there))).isEqualTo(PutResult.ALREADY_EXISTS);
    }

    @Test
    void anotherSizeIsACollision() {
        assertCollision(blob("x", Map.of()), BlobInfo.of(blob("xy", Map.of())), "2 bytes instead of 1");
    }

    @Test
    void otherBytesOfTheSameSizeAreACollision() {
        assertCollision(blob("x", Map.of()), BlobInfo.of(blob("y", Map.of())), "CRC32C");
    }

    @Test
    void theSameBytesOfAnotherMessageAreACollision() {
        for (String key : ExistingBlob.IDENTITY_KEYS) {
            assertCollision(
                    blob("", Map.of(key, "1")), BlobInfo.of(blob("", Map.of(key, "2"))), "its " + key + " differs");
        }
    }

    @Test
    void theIdentityKeysAreTheseAndNoOthers() {
        assertThat(ExistingBlob.IDENTITY_KEYS)
                .containsExactlyInAnyOrder(
                        "persistor-id",
                        "persistor-source",
                        "persistor-log",
                        "persistor-publish-time",
                        "persistor-digest");
    }

    @Test
    void aKeyThatOnlyOneOfThemHasMakesNoDifference() {
        for (String key : ExistingBlob.IDENTITY_KEYS) {
            Blob there = blob("x", Map.of(key, "1"));
            assertThat(ExistingBlob.compare(blob("x", Map.of()), BlobInfo.of(there)))
                    .isEqualTo(PutResult.ALREADY_EXISTS);
        }
    }

    @Test
    void aSidecarIsTheSameWhateverItsBytesIfItBelongsToTheSameMessage() {
        Blob there = blob("expires at 1", Map.of(ExistingBlob.SIDECAR_OF, "1"));
        Blob here = blob("expires at 22", Map.of(ExistingBlob.SIDECAR_OF, "1"));
        assertThat(ExistingBlob.compare(here, BlobInfo.of(there))).isEqualTo(PutResult.ALREADY_EXISTS);
        assertThat(ExistingBlob.hasSameBytes(here, BlobInfo.of(there))).isFalse();
        assertThat(ExistingBlob.hasSameBytes(there, BlobInfo.of(there))).isTrue();
    }

    @Test
    void aSidecarOfAnotherMessageIsACollisionAlsoWithTheSameBytes() {
        assertCollision(
                blob("x", Map.of(ExistingBlob.SIDECAR_OF, "1")),
                BlobInfo.of(blob("x", Map.of(ExistingBlob.SIDECAR_OF, "2"))),
                "its persistor-sidecar-of differs");
    }

    @Test
    void aBlobWithoutChecksumIsNotTakenForTheSame() {
        assertCollision(
                blob("x", Map.of()),
                BlobInfo.withoutChecksum(NAME, 1, "t/t", BlobMetadata.empty()),
                "without a CRC32C");
    }

    @Test
    void aBlobWhoseDescriptionIsLostIsNotTakenForTheSame() {
        assertCollision(
                blob("x", Map.of()), BlobInfo.damaged(NAME, 1, "its description is lost"), "description is lost");
    }

    private static void assertCollision(Blob blob, BlobInfo existing, String reason) {
        assertThatThrownBy(() -> ExistingBlob.compare(blob, existing))
                .isInstanceOf(BlobCollisionException.class)
                .hasMessageContaining("a/b")
                .hasMessageContaining(reason);
    }
}
