package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Digests in metadata, by which stores tell blobs apart. Another program computed them, from the documented rule. */
class PinnedDigestsTest {

    private static final BlobName NAME = BlobName.of("a/b.bin");
    /** Metadata has room for what is certain, and not for a long ordering key. */
    private static final BlobLimits SMALL = new BlobLimits(1024, 1024, 600);

    private static Message.Builder message(String id) {
        return Message.builder().id(id).source("orders").publishTime(Instant.parse("2026-01-31T23:59:58Z"));
    }

    private static String manifest(Message... messages) {
        return Manifest.of(List.of(messages)).digest();
    }

    private static Message inLog(String id) {
        return message(id).position(new Position("log-a", "3", 1)).build();
    }

    private static Blob withSidecar(Message.Builder message) {
        Message large = message.orderingKey("k".repeat(1_000)).build();
        List<Blob> blobs = new RawFormat().encode(NAME, List.of(large), SMALL);
        assertThat(blobs).hasSize(2);
        return blobs.get(1);
    }

    private static String digest(Blob blob) {
        return blob.metadata().get("persistor-digest").orElseThrow();
    }

    @Test
    void ofAManifest() {
        assertThat(manifest(message("id-1").build())).isEqualTo("415e324fb3142d574fe2828a5def7bb7");
        assertThat(manifest(message("id-1").build(), message("id-2").build()))
                .isEqualTo("8e3e49d16c5a44835846ccc4e722cf24");
        assertThat(manifest(inLog("id-1"), inLog("id-2"))).isEqualTo("ed5b86a2cd7c5bad7d5f4e441e9d7836");
    }

    @Test
    void ofARawBlobWithASidecar() {
        assertThat(digest(withSidecar(message("id-1")))).isEqualTo("56f2273334fea245c2b9e202ea251af3");
    }

    @Test
    void ofARawBlobTellSourcesAndIdsApart() {
        assertThat(digest(withSidecar(message("sid-1").source("order")))).isEqualTo("2621a4d821dbde8bc7dd446e177910d4");
        assertThat(digest(withSidecar(message("id-2")))).isNotEqualTo(digest(withSidecar(message("id-1"))));
    }

    @Test
    void aRawBlobWithASidecarKeepsItsTimeInItsMetadata() {
        assertThat(withSidecar(message("id-1")).metadata().get("persistor-publish-time"))
                .contains("2026-01-31T23:59:58Z");
    }
}
