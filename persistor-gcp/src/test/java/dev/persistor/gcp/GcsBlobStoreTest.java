package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.Message;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.Receipt;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.BlobStoreContract;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.GcsServer.Fault;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.StoreCapabilities;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real client, over HTTP, against the testkit's server. */
class GcsBlobStoreTest extends BlobStoreContract {

    private static final int PAGE = 10;

    private GcsServer server;

    @BeforeEach
    void startServer() throws IOException {
        if (server == null) {
            server = GcsServer.start();
        }
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private Map<String, String> environment() {
        return Map.of("STORAGE_EMULATOR_HOST", server.endpoint());
    }

    @Override
    protected BlobStore openStore() {
        try {
            startServer();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return BlobStore.over(new GcsDriver(GcsBlobStoreProvider.client(environment()), "bucket", PAGE), "archive/x/");
    }

    @Override
    protected StoreCapabilities capabilities() {
        return StoreCapabilities.paged(PAGE, server::listRequests)
                .failingReads(count -> server.failReads(
                        0, Collections.nCopies(count, Fault.UNAVAILABLE).toArray(Fault[]::new)))
                .withForeign(name -> putForeign("archive/x/" + name));
    }

    /** As other programs do: with the client itself. */
    private void putForeign(String name) {
        GcsBlobStoreProvider.client(environment())
                .create(
                        com.google.cloud.storage.BlobInfo.newBuilder("bucket", name)
                                .build(),
                        new byte[] {1});
    }

    private static Blob blob(int size) {
        return Blob.of(
                BlobName.of("a/b"),
                new MessageGenerator(1).bytes(size),
                "application/octet-stream",
                BlobMetadata.of(Map.of("persistor-id", "1")));
    }

    @Nested
    class Faults {

        private final BlobStore retrying = openStore();
        private final BlobStore gcs = retrying.withRetries(RetryBudget.none());

        @ParameterizedTest
        @EnumSource(names = {"TOO_MANY_REQUESTS", "UNAVAILABLE", "RESET"})
        void whatTheServiceMayMendIsRetryable(Fault fault) {
            server.failUploads(fault);
            assertThatThrownBy(() -> gcs.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageStartingWith("write a/b to gs://bucket/archive/x/: ");
            assertThat(gcs.list("")).isEmpty();
            assertThat(gcs.put(blob(10))).isEqualTo(PutResult.CREATED);
        }

        /** Whoever has the address of a session can write to it. */
        @ParameterizedTest
        @EnumSource(names = {"FORBIDDEN", "UNAVAILABLE", "RESET"})
        void theSessionOfAnUploadIsInNoFailure(Fault fault) {
            server.failUploads(Stream.generate(() -> fault).limit(50).toArray(Fault[]::new));
            assertThatThrownBy(() -> gcs.put(blob(20 << 20)))
                    .isInstanceOf(BlobStoreException.class)
                    .satisfies(failure -> {
                        StringWriter trace = new StringWriter();
                        failure.printStackTrace(new PrintWriter(trace));
                        assertThat(trace.toString())
                                .doesNotContain("upload_id=")
                                .contains("at dev.persistor.gcp");
                        assertThat(failure.getMessage()).doesNotContain("\n");
                    });
        }

        @Test
        void whatOnlyPeopleCanMendIsPermanent() {
            server.failUploads(Fault.FORBIDDEN);
            assertThatThrownBy(() -> gcs.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("403");
        }

        @Test
        void anIdentityThatMayNotReplaceFindsItsBlobAllTheSame() {
            assertThat(gcs.put(blob(10))).isEqualTo(PutResult.CREATED);
            server.failUploads(Fault.FORBIDDEN, Fault.FORBIDDEN);
            assertThat(gcs.put(blob(10))).isEqualTo(PutResult.ALREADY_EXISTS);
            assertThatThrownBy(() -> gcs.put(blob(11))).isInstanceOf(BlobCollisionException.class);
        }

        @ParameterizedTest
        @ValueSource(ints = {10, 9 << 20})
        void aLostAnswerLeavesOneBlob(int size) {
            server.failUploads(Fault.LOST_ANSWER);
            assertThat(retrying.put(blob(size))).isIn(PutResult.CREATED, PutResult.ALREADY_EXISTS);
            assertThat(gcs.list("")).hasSize(1);
            assertThat(gcs.put(blob(size))).isEqualTo(PutResult.ALREADY_EXISTS);
        }

        @ParameterizedTest
        @EnumSource(names = {"NOT_FOUND", "GONE"})
        void anUploadWhoseSessionHasEndedBeginsANewOne(Fault fault) {
            server.failUploads(fault);
            assertThat(retrying.put(blob(9 << 20))).isEqualTo(PutResult.CREATED);
            assertThat(server.requests())
                    .filteredOn(request -> request.contains("uploadType=resumable"))
                    .hasSize(2);
            assertThat(gcs.put(blob(9 << 20))).isEqualTo(PutResult.ALREADY_EXISTS);
        }

        @ParameterizedTest
        @EnumSource(names = {"NOT_FOUND", "GONE", "UNAVAILABLE", "FORBIDDEN"})
        void theAddressOfAnUploadIsInNoError(Fault fault) {
            server.failUploads(fault);
            assertThatThrownBy(() -> gcs.put(blob(9 << 20)))
                    .isInstanceOf(BlobStoreException.class)
                    .satisfies(e -> assertThat(printed(e)).doesNotContain("upload_id=1"));
        }

        private String printed(Throwable failure) {
            StringWriter text = new StringWriter();
            failure.printStackTrace(new PrintWriter(text));
            return text.toString();
        }

        @Test
        void aBucketThatDoesNotExistIsPermanentForLargeBlobsToo() {
            server.removeBucket("bucket");
            assertThatThrownBy(() -> gcs.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("404");
            assertThatThrownBy(() -> gcs.put(blob(9 << 20)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("bucket bucket not found");
        }

        @Test
        void aRefusedWriteWhoseLookUpFailsIsRetryable() {
            assertThat(gcs.put(blob(10))).isEqualTo(PutResult.CREATED);
            server.failUploads(Fault.FORBIDDEN, Fault.FORBIDDEN);
            server.failReads(0, Fault.UNAVAILABLE);
            assertThatThrownBy(() -> gcs.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("503");
            assertThat(gcs.put(blob(10))).isEqualTo(PutResult.ALREADY_EXISTS);
        }

        @Test
        void whatIsReadAgainAndAgainInVainSaysVerbPlaceAndStatus() {
            server.failReads(0, Collections.nCopies(1_000, Fault.UNAVAILABLE).toArray(Fault[]::new));
            BlobStore briefly = gcs.withRetries(RetryBudget.of(Duration.ofMillis(200)));
            assertThatThrownBy(() -> briefly.list("orders/").count())
                    .isInstanceOf(BlobStoreException.class)
                    .hasMessageMatching("list \"orders/\" in gs://bucket/archive/x/: Cloud Storage answers 503: .*;"
                            + " gave up after \\d+ attempts? in 0\\.2 s");
        }

        @Test
        void anObjectOfWhichLittleIsKnownIsListedAndFound() {
            server.withoutSizes();
            gcs.put(blob(0));
            assertThat(gcs.list("").findFirst().orElseThrow().size()).isZero();
            assertThat(gcs.put(blob(0))).isEqualTo(PutResult.ALREADY_EXISTS);
            try (OpenBlob opened = gcs.open(BlobName.of("a/b"))) {
                assertThat(opened.readVerified()).isEmpty();
            }
        }

        @Test
        void anObjectThatTheServiceDamagedIsNeverAReceiptAndItsMessageIsKeptBesideIt() {
            server.failUploads(Fault.CORRUPTED);
            assertThatThrownBy(() -> gcs.put(blob(10))).hasMessageContaining("CRC32C");

            Message message = new MessageGenerator(2).next(new byte[] {1, 2, 3});
            server.failUploads(Fault.CORRUPTED);
            try (Persistor persistor = Persistor.builder(retrying).build()) {
                Receipt receipt = persistor.persistAll(List.of(message)).get(0);
                assertThat(receipt.blob().value()).contains(".collision-");
                assertThat(persistor.counters().collided()).isEqualTo(1);
            }
            assertThat(ArchiveComparison.of(List.of(message), gcs).lost()).isEmpty();
        }

        @Test
        void smallBlobsGoInOneRequestAndLargeOnesResumably() {
            gcs.put(blob(10));
            assertThat(server.requests()).hasSize(1).allMatch(request -> request.contains("uploadType=multipart"));
            gcs.put(Blob.of(BlobName.of("big"), new byte[9 << 20], "t/t", BlobMetadata.empty()));
            assertThat(server.requests()).anyMatch(request -> request.contains("uploadType=resumable"));
            assertThat(server.requests())
                    .filteredOn(request -> request.startsWith("POST"))
                    .allMatch(request -> request.contains("ifGenerationMatch=0"));
        }
    }

    @Nested
    class Between {

        private final BlobStore gcs = openStore();

        @BeforeEach
        void putMoreThanAPage() {
            for (int number = 0; number < PAGE + 5; number++) {
                gcs.put(Blob.of(BlobName.of("a/" + (char) ('a' + number)), new byte[1], "t/t", BlobMetadata.empty()));
            }
        }

        private List<String> requestsOf(Runnable listing) {
            int before = server.requests().size();
            listing.run();
            List<String> requests = server.requests();
            return requests.subList(before, requests.size());
        }

        @Test
        void theServiceEndsTheListing() {
            List<String> requests = requestsOf(
                    () -> assertThat(gcs.list("a/", "a/b", "a/d").toList()).hasSize(1));
            assertThat(requests).singleElement().asString().contains("endOffset=archive/x/a/d");
        }

        @Test
        void forTheFirstNoPageIsListed() {
            List<String> requests = requestsOf(() -> {
                assertThat(gcs.first("a/", "").orElseThrow().name().value()).isEqualTo("a/a");
                assertThat(gcs.first("a/", "a/b").orElseThrow().name().value()).isEqualTo("a/c");
            });
            assertThat(requests).hasSize(2).allMatch(request -> request.matches(".*maxResults=[12](&.*|$)"));
        }
    }

    @Nested
    class Opening {

        private final BlobStore gcs = openStore();

        @Test
        void whatTheListingToldIsNotAskedForAgain() {
            gcs.put(blob(100_000));
            BlobInfo listed = gcs.list("").findFirst().orElseThrow();
            int before = server.requests().size();
            try (OpenBlob opened = gcs.open(listed)) {
                assertThat(opened.readVerified()).isEqualTo(blob(100_000).contentBytes());
            }
            List<String> requests = server.requests();
            assertThat(requests.subList(before, requests.size()))
                    .singleElement()
                    .asString()
                    .contains("alt=media");
        }
    }

    @Nested
    class Addresses {

        @Test
        void aBucketAndAPrefixAreOpened() {
            try (BlobStore store = BlobStores.open(URI.create("gs://my_bucket/a/b"), environment())) {
                assertThat(store.toString()).isEqualTo("gs://my_bucket/a/b/");
                assertThat(store.limits().maxNameBytes()).isEqualTo(1024 - 4);
                store.put(blob(1));
            }
            assertThat(server.requests()).anyMatch(request -> request.contains("/b/my_bucket/o"));
        }

        @Test
        void aBucketThatDoesNotExistIsNamedAtTheStart() {
            server.removeBucket("no-such");
            assertThatThrownBy(() -> BlobStores.openChecked(URI.create("gs://no-such/a"), environment()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bucket no-such not found");
        }

        @Test
        void aStoreAsksAtTheStartForOneNameOfItsOwnFolder() {
            BlobStores.openChecked(URI.create("gs://bucket/own/folder"), environment())
                    .close();
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .contains("/b/bucket/o?", "maxResults=1", "prefix=own/folder/");
        }

        @Test
        void aStoreThatMayOnlyBeWrittenOrDoesNotAnswerNowIsOpened() {
            server.failReads(0, Fault.FORBIDDEN, Fault.UNAVAILABLE);
            for (String place : List.of("gs://bucket/forbidden", "gs://bucket/busy")) {
                try (BlobStore store = BlobStores.openChecked(URI.create(place), environment())) {
                    assertThat(store.put(blob(1))).isEqualTo(PutResult.CREATED);
                }
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "gcs://my-bucket/a",
                    "https://storage.googleapis.com/my-bucket/a?X-Goog-Signature=s3cret",
                    "https://storage.cloud.google.com/my-bucket/a",
                    "https://console.cloud.google.com/storage/browser/my-bucket/a;tab=objects"
                })
        void anAddressOfAnotherKindIsToldHowToWriteIt(String address) {
            assertThatThrownBy(() -> BlobStores.open(URI.create(address), environment()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("write gs://my-bucket/a")
                    .hasMessageNotContaining("s3cret");
        }

        @Test
        void anEmulatorWithoutASchemeAndAMissingCredentialsFileAreNamed() {
            assertThatThrownBy(() ->
                            BlobStores.open(URI.create("gs://bucket"), Map.of("STORAGE_EMULATOR_HOST", "127.0.0.1:1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("STORAGE_EMULATOR_HOST is \"127.0.0.1:1\"");
            assertThatThrownBy(() -> BlobStores.open(
                            URI.create("gs://bucket"), Map.of("GOOGLE_APPLICATION_CREDENTIALS", "/no/such/key.json")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("GOOGLE_APPLICATION_CREDENTIALS is \"/no/such/key.json\"");
        }

        @Test
        void anAddressWithoutABucketIsRefused() {
            assertThatThrownBy(() -> BlobStores.open(URI.create("gs:///a"), environment()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("gs://bucket/prefix");
        }
    }
}
