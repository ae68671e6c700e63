package dev.persistor.benchmarks;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.NoCredentials;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import java.io.IOException;

/** The Cloud Storage client of whoever has no Persistor, with no retries, as Persistor's store has none. Thread-safe. */
record BareStorage(Storage storage) implements AutoCloseable {

    static BareStorage of(ServerProcess server) {
        return new BareStorage(StorageOptions.http()
                .setHost(server.endpoint())
                .setProjectId("benchmark")
                .setCredentials(NoCredentials.getInstance())
                .setRetrySettings(RetrySettings.newBuilder().setMaxAttempts(1).build())
                .build()
                .getService());
    }

    /** Reads an object, and does nothing with it. */
    void read(String name) throws IOException {
        byte[] content = storage.readAllBytes(BlobId.of(ServerProcess.BUCKET, name));
        if (content.length == 0) {
            throw new IOException(name + " is empty");
        }
    }

    @Override
    public void close() {
        try {
            storage.close();
        } catch (Exception e) {
            throw new IllegalStateException("the client does not close", e);
        }
    }
}
