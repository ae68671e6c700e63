package dev.persistor.core.format;

import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** What becomes of each compression where the library of zstd is not on the class path: a line each. */
public final class RunsWithoutZstd implements Supplier<String> {

    private static final byte[] ZSTD = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, 0, 0, 0};

    @Override
    public String get() {
        return "gzip: " + gzip() + "\nwrite: " + write() + "\nread: " + read();
    }

    private static int gzip() {
        Message message =
                Message.builder().id("1").source("s").publishTime(Instant.EPOCH).build();
        Blob blob = new JsonLinesFormat(Compression.GZIP)
                .encode(BlobName.of("a"), List.of(message), new BlobLimits(100, 100, 1000))
                .get(0);
        int count = 0;
        MessageReader reader = new JsonLinesFormat(Compression.NONE)
                .decoder(new ByteArrayInputStream(blob.contentBytes()), BlobInfo.of(blob));
        for (; reader.hasNext(); reader.next()) {
            count++;
        }
        return count;
    }

    private static String write() {
        try {
            return MessageFormats.named("jsonl", Compression.ZSTD).name();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String read() {
        Blob blob = Blob.of(BlobName.of("a.jsonl.zst"), ZSTD, "application/zstd", BlobMetadata.empty());
        try {
            return ""
                    + new JsonLinesFormat(Compression.NONE)
                            .decoder(new ByteArrayInputStream(ZSTD), BlobInfo.of(blob))
                            .hasNext();
        } catch (FormatException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
