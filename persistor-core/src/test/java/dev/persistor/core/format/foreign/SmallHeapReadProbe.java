package dev.persistor.core.format.foreign;

import dev.persistor.core.format.MessageReader;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads a blob of the same record again and again, in a process of its own, and prints how many messages there were. */
final class SmallHeapReadProbe {

    private SmallHeapReadProbe() {}

    /** Takes the layout, the blob's name, the record, and how often it is in the blob. */
    public static void main(String[] args) {
        byte[] entry = args[2].replace("LF", "\n").getBytes(StandardCharsets.UTF_8);
        long size = entry.length * Long.parseLong(args[3]);
        BlobInfo info = BlobInfo.withoutChecksum(BlobName.of(args[1]), size, "text/plain", BlobMetadata.empty());
        long messages = 0;
        try (BlobStore store = BlobStore.over(new MemoryDriver());
                OpenBlob blob = new OpenBlob(info, new Repeated(entry, size));
                MessageReader reader = ForeignLayouts.named(args[0]).read(blob, store)) {
            while (reader.hasNext()) {
                reader.next();
                messages++;
            }
        }
        System.out.println(messages);
    }

    /** Not thread-safe. */
    private static final class Repeated extends InputStream {

        private final byte[] entry;
        private final long size;
        private long position;

        Repeated(byte[] entry, long size) {
            this.entry = entry;
            this.size = size;
        }

        @Override
        public int read() {
            return position == size ? -1 : entry[(int) (position++ % entry.length)] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int from = (int) (position % entry.length);
            int read = (int) Math.min(Math.min(length, entry.length - from), size - position);
            if (read == 0) {
                return -1;
            }
            System.arraycopy(entry, from, bytes, offset, read);
            position += read;
            return read;
        }
    }
}
