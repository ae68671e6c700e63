package dev.persistor.spark;

import dev.persistor.core.store.BlobInfo;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.InflaterInputStream;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * The blobs that one task reads. They are compressed: what is known of a million blobs takes a gigabyte of the driver's memory
 * otherwise.
 *
 * <p>Immutable.
 *
 * @param grains the blobs, as {@link BlobInfoCodec} writes them, deflated, some in each
 * @param bytes how much the blobs hold
 * @param blobs how many there are
 */
record BlobSplit(List<byte[]> grains, long bytes, int blobs) implements InputPartition {

    /** Returns the split that has the blobs of both. */
    BlobSplit and(BlobSplit other) {
        List<byte[]> both = new ArrayList<>(grains);
        both.addAll(other.grains);
        return new BlobSplit(both, bytes + other.bytes, blobs + other.blobs);
    }

    /** Returns the blobs in the order of their listing. */
    List<BlobInfo> infos() {
        List<BlobInfo> infos = new ArrayList<>(blobs);
        for (byte[] grain : grains) {
            try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(grain)))) {
                for (int left = in.readInt(); left > 0; left--) {
                    infos.add(BlobInfoCodec.read(in));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("what the driver says of the blobs cannot be read", e);
            }
        }
        return infos;
    }

    @Override
    public String toString() {
        return blobs + " blobs of " + bytes + " bytes";
    }
}
