package dev.persistor.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BlobSplitsTest {

    private static final long MIB = 1 << 20;

    private static BlobInfo blob(int number, long size) {
        return BlobInfo.of(
                BlobName.of("orders/" + number),
                size,
                "text/plain",
                BlobMetadata.of(Map.of("k", "v" + number)),
                number);
    }

    private static List<BlobInfo> blobs(int count, long size) {
        return IntStream.range(0, count).mapToObj(number -> blob(number, size)).toList();
    }

    private static List<BlobInfo> all(List<BlobSplit> splits) {
        return splits.stream().flatMap(split -> split.infos().stream()).toList();
    }

    @Test
    void holdEachBlobOnceInTheOrderOfTheListing() {
        List<BlobInfo> blobs = blobs(2_345, 1_000);
        List<BlobSplit> splits = BlobSplits.of(blobs.stream(), 64 * MIB, 1_000, 1);

        assertThat(all(splits)).isEqualTo(blobs);
        assertThat(splits).hasSize(3).allMatch(split -> split.blobs() <= 1_000);
        assertThat(splits.stream().mapToLong(BlobSplit::bytes).sum()).isEqualTo(2_345_000);
    }

    @Test
    void haveNoMoreBytesThanAskedForUnlessOneBlobHas() {
        List<BlobInfo> blobs = Stream.concat(blobs(40, 3 * MIB).stream(), Stream.of(blob(99, 500 * MIB)))
                .toList();
        List<BlobSplit> splits = BlobSplits.of(blobs.stream(), 10 * MIB, 1_000, 1);

        assertThat(all(splits)).isEqualTo(blobs);
        assertThat(splits).allMatch(split -> split.bytes() <= 10 * MIB || split.blobs() == 1);
        assertThat(BlobSplits.of(blobs(50, 10).stream(), 1, 1, 1)).hasSize(50);
    }

    @Test
    void ofASmallListingAreSmallerSoThatAllTasksHaveWork() {
        assertThat(BlobSplits.of(blobs(800, 1_000).stream(), 64 * MIB, 1_000, 4))
                .hasSize(4);
        assertThat(BlobSplits.of(blobs(32, MIB).stream(), 64 * MIB, 1_000, 4)).hasSize(4);
        assertThat(BlobSplits.of(blobs(3, 1_000).stream(), 64 * MIB, 1_000, 4)).hasSize(1);
        assertThat(BlobSplits.of(Stream.empty(), 64 * MIB, 1_000, 4)).isEmpty();
    }

    @Test
    void closeTheListing() {
        boolean[] closed = {false};
        BlobSplits.of(blobs(1, 1).stream().onClose(() -> closed[0] = true), 1, 1, 1);
        assertThat(closed[0]).isTrue();
    }

    @Test
    void areSentWithAllThatIsKnownOfABlob() throws IOException, ClassNotFoundException {
        List<BlobInfo> blobs = List.of(
                blob(1, Long.MAX_VALUE),
                BlobInfo.withoutChecksum(
                        BlobName.listed("a//é\n"),
                        0,
                        "",
                        BlobMetadata.decode(Map.of("Foreign_Key", "50%", "empty", "%", "k", "x".repeat(70_000)))),
                BlobInfo.damaged(BlobName.of("b"), 3, "its description is lost"),
                BlobInfo.of(BlobName.of("😀"), 1, "t", BlobMetadata.of(Map.of("half", "\uD800 é\u0000")), -1));
        BlobSplit split = BlobSplits.of(blobs.stream(), 1, 10, 1).stream()
                .reduce(BlobSplit::and)
                .orElseThrow();

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(split);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((BlobSplit) in.readObject()).infos()).isEqualTo(blobs);
        }
    }
}
