package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BlobTest {

    private static final byte[] AROUND = "..content..".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    private static Blob blob(ByteBuffer content) {
        return Blob.of(BlobName.of("a"), content, "text/plain", BlobMetadata.empty());
    }

    private static ByteBuffer around() {
        return ByteBuffer.wrap(AROUND, 2, CONTENT.length);
    }

    private static byte[] inArray(Blob blob) {
        ByteBuffer content = blob.contentInArray();
        return new String(
                        content.array(),
                        content.arrayOffset() + content.position(),
                        content.remaining(),
                        StandardCharsets.UTF_8)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void contentIsTheRemainingBytesForReadingOnly() {
        Blob blob = blob(around());
        assertThat(blob.content()).isEqualTo(ByteBuffer.wrap(CONTENT));
        assertThat(blob.content().isReadOnly()).isTrue();
        assertThat(blob.contentBytes()).isEqualTo(CONTENT);
        assertThat(blob.size()).isEqualTo(CONTENT.length);
        assertThat(blob.crc32c()).isEqualTo(Blob.checksum(ByteBuffer.wrap(CONTENT)));
    }

    @Test
    void contentThatIsInAnArrayIsNotCopiedIntoAnother() {
        Blob blob = blob(around());
        assertThat(inArray(blob)).isEqualTo(CONTENT);
        assertThat(blob.contentInArray().array()).isSameAs(AROUND);
    }

    @Test
    void contentWhoseArrayIsNotToBeHadIsCopiedIntoOne() {
        Blob readOnly = blob(around().asReadOnlyBuffer());
        assertThat(inArray(readOnly)).isEqualTo(CONTENT);
        assertThat(readOnly.contentInArray().array()).isNotSameAs(AROUND);

        ByteBuffer direct =
                ByteBuffer.allocateDirect(CONTENT.length).put(CONTENT).flip();
        assertThat(inArray(blob(direct))).isEqualTo(CONTENT);
    }

    @Test
    void readingOneViewMovesNoOther() {
        Blob blob = blob(around());
        blob.content().get();
        blob.contentInArray().get();
        assertThat(blob.content().remaining()).isEqualTo(CONTENT.length);
        assertThat(blob.contentInArray().remaining()).isEqualTo(CONTENT.length);
    }
}
