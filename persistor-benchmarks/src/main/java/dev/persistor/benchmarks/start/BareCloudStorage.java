package dev.persistor.benchmarks.start;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import java.nio.charset.StandardCharsets;

/** The few lines that somebody writes who has Google's client and no Persistor. */
public final class BareCloudStorage {

    private BareCloudStorage() {}

    /**
     * Stores one object.
     *
     * @param arguments the object's name, and its content
     */
    public static void main(String[] arguments) {
        Storage storage = StorageOptions.newBuilder()
                .setHost(System.getenv("STORAGE_EMULATOR_HOST"))
                .setProjectId("emulator")
                .setCredentials(NoCredentials.getInstance())
                .build()
                .getService();
        storage.create(
                BlobInfo.newBuilder("archive", arguments[0])
                        .setContentType("application/octet-stream")
                        .build(),
                arguments[1].getBytes(StandardCharsets.UTF_8),
                Storage.BlobTargetOption.doesNotExist());
        System.out.println("durable");
        System.exit(0);
    }
}
