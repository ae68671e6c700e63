package dev.persistor.benchmarks.peers.camel;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;

/** Cloud Storage's own client, for the server that {@code STORAGE_EMULATOR_HOST} names, with the client's own retries. */
public final class LocalStorage {

    private LocalStorage() {}

    /** Returns a client; Camel makes a bean of it. */
    public static Storage client() {
        return StorageOptions.http()
                .setHost(System.getenv("STORAGE_EMULATOR_HOST"))
                .setProjectId("benchmark")
                .setCredentials(NoCredentials.getInstance())
                .build()
                .getService();
    }
}
