package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.AccessTier;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.GcsServer.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that cannot be read now, or not any more, are not called damaged, and their report says what to do. */
class UnreadableBlobsTest {

    private @TempDir Path home;

    private static void persist(String address, Map<String, String> environment) {
        try (BlobStore store = BlobStores.open(URI.create(address), environment);
                Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(CommandRun.messages("orders", 0, 4));
        }
    }

    private static final String GRANT = "Cloud Storage answers 403: ";

    @ParameterizedTest
    @ValueSource(strings = {"ls", "cat", "verify", "replay --to stdout: --yes"})
    void aMissingPermissionNamesTheRole(String line) throws IOException {
        try (GcsServer gcs = GcsServer.start()) {
            Map<String, String> environment =
                    Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint(), "PERSISTOR_STORE", "gs://archive");
            persist("gs://archive", environment);
            CommandRun command = new CommandRun(false, "", environment);
            // The check of the store, and the listing.
            gcs.failReads(2, Fault.FORBIDDEN);
            assertThat(command.run(line.split(" ", -1))).as(command.err()).isEqualTo(1);
            assertThat(command.out() + command.err())
                    .contains(
                            GRANT, "grant roles/storage.objectViewer on the bucket archive to the identity for reading")
                    .doesNotContain("Exception");
            if (line.equals("verify")) {
                assertThat(command.out())
                        .contains(
                                "damaged                                0\nunreadable                             1\n")
                        .endsWith("No readable blob is damaged. 0 damaged, 1 unreadable: it is not known whether"
                                + " the archive is complete.\n");
            }
        }
    }

    @Test
    void aBlobThatIsDeletedWhileItIsReadIsExpired() throws IOException {
        try (GcsServer gcs = GcsServer.start()) {
            Map<String, String> environment =
                    Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint(), "PERSISTOR_STORE", "gs://archive");
            persist("gs://archive", environment);
            CommandRun command = new CommandRun(false, "", environment);
            gcs.failReads(2, Fault.NOT_FOUND);
            assertThat(command.run("verify", "--concurrency", "1")).isEqualTo(1);
            assertThat(command.out()).contains("expired                                1\n", "lifecycle rule");
        }
    }

    @Test
    void aBlobInTheArchiveTierNamesTheCommandThatRehydratesIt() {
        try (Azurite azurite = Azurite.start()) {
            BlobContainerClient container = new BlobServiceClientBuilder()
                    .connectionString(azurite.connectionString())
                    .buildClient()
                    .createBlobContainer("archive");
            Map<String, String> environment = Map.of(
                    "AZURE_STORAGE_CONNECTION_STRING",
                    azurite.connectionString(),
                    "PERSISTOR_STORE",
                    azurite.endpoint() + "/archive/prod");
            persist(azurite.endpoint() + "/archive/prod", environment);
            String blob = "orders/2026/01/31/06/orders-2.bin";
            container.getBlobClient("prod/" + blob).setAccessTier(AccessTier.ARCHIVE);

            CommandRun command = new CommandRun(false, "", environment);
            assertThat(command.run("verify")).as(command.err()).isEqualTo(1);
            assertThat(command.out())
                    .contains("unreadable                             1\n  " + blob + ": ")
                    .contains("409 BlobArchived; rehydrate the blob, which takes hours: az storage blob set-tier"
                            + " --account-name devstoreaccount1 --container-name archive --name 'prod/" + blob
                            + "' --tier Hot");
            assertThat(command.run("ls")).isEqualTo(1);
            assertThat(command.out()).contains("3 messages");
            assertThat(command.err()).contains("unreadable: " + blob);
        }
    }

    @Test
    void aDescriptionWithoutItsFileIsDamageToVerify() throws IOException {
        Path archive = home.resolve("archive");
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 4));
        Files.delete(archive.resolve("orders/2026/01/31/06/orders-2.bin"));
        CommandRun command = new CommandRun();
        assertThat(command.run("verify", archive.toString())).isEqualTo(2);
        assertThat(command.out())
                .contains("damaged                                1\n  orders/2026/01/31/06/orders-2.bin: the"
                        + " store has its description but not its content")
                .endsWith("The archive is NOT complete.\n");
        assertThat(command.run("verify", archive.toString(), "--source", "invoices"))
                .isEqualTo(3);
        assertThat(command.run("ls", archive.toString())).isZero();
    }
}
