package dev.persistor.standalone.recovery;

import dev.persistor.core.store.BlobInfo;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Tells of what is read, by whatever thread reads it, as long as there is progress to show. Thread-safe. */
final class BlobWatch {

    private volatile Consumer<BlobInfo> opened = blob -> {};
    private volatile IntConsumer content = bytes -> {};

    /** Tells this of each blob that is opened, and of how many more bytes of content were read, from now on. */
    void to(Consumer<BlobInfo> blobs, IntConsumer bytes) {
        opened = blobs;
        content = bytes;
    }

    /** Tells nothing any more. */
    void stop() {
        to(blob -> {}, bytes -> {});
    }

    void opened(BlobInfo blob) {
        opened.accept(blob);
    }

    void content(int bytes) {
        content.accept(bytes);
    }
}
