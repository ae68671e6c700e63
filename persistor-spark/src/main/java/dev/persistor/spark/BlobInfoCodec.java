package dev.persistor.spark;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Encodes the description of a listed blob, for tasks that open it. Thread-safe. */
final class BlobInfoCodec {

    private BlobInfoCodec() {}

    static void write(BlobInfo blob, DataOutputStream out) throws IOException {
        writeText(blob.name().value(), out);
        out.writeLong(blob.size());
        writeText(blob.contentType(), out);
        Map<String, String> metadata = blob.metadata().encoded();
        out.writeInt(metadata.size());
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            writeText(entry.getKey(), out);
            writeText(entry.getValue(), out);
        }
        out.writeBoolean(blob.crc32c().isPresent());
        out.writeInt(blob.crc32c().orElse(0));
        out.writeBoolean(blob.problem().isPresent());
        writeText(blob.problem().orElse(""), out);
    }

    static BlobInfo read(DataInputStream in) throws IOException {
        BlobName name = BlobName.listed(readText(in));
        long size = in.readLong();
        String contentType = readText(in);
        Map<String, String> encoded = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            encoded.put(readText(in), readText(in));
        }
        BlobMetadata metadata = BlobMetadata.decode(encoded);
        boolean hasChecksum = in.readBoolean();
        int checksum = in.readInt();
        boolean hasProblem = in.readBoolean();
        String problem = readText(in);
        if (hasProblem) {
            return BlobInfo.damaged(name, size, problem);
        }
        return hasChecksum
                ? BlobInfo.of(name, size, contentType, metadata, checksum)
                : BlobInfo.withoutChecksum(name, size, contentType, metadata);
    }

    /** Every character as it is, and of any number, which {@link DataOutputStream#writeUTF} does not take. */
    private static void writeText(String text, DataOutputStream out) throws IOException {
        out.writeInt(text.length());
        out.writeChars(text);
    }

    private static String readText(DataInputStream in) throws IOException {
        char[] text = new char[in.readInt()];
        for (int i = 0; i < text.length; i++) {
            text[i] = in.readChar();
        }
        return new String(text);
    }
}
