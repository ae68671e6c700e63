package dev.persistor.benchmarks.start;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobServiceClientBuilder;

/** The few lines that somebody writes who has Azure's client and no Persistor. */
public final class BareBlobStorage {

    private BareBlobStorage() {}

    /**
     * Stores one blob, if none has its name.
     *
     * @param arguments the blob's name, and its content
     */
    public static void main(String[] arguments) {
        new BlobServiceClientBuilder()
                .connectionString(System.getenv("AZURE_STORAGE_CONNECTION_STRING"))
                .buildClient()
                .getBlobContainerClient("archive")
                .getBlobClient(arguments[0])
                .upload(BinaryData.fromString(arguments[1]));
        System.out.println("durable");
        System.exit(0);
    }
}
