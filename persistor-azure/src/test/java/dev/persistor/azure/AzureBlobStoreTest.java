package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
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
import dev.persistor.core.store.PutResult;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.BlobStoreContract;
import dev.persistor.testkit.FaultProxy;
import dev.persistor.testkit.FaultProxy.Fault;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.StoreCapabilities;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real client, over HTTP through a proxy that can fail, against the real emulator. */
class AzureBlobStoreTest extends BlobStoreContract {

    private static final int PAGE = 10;
    private static final AtomicInteger CONTAINERS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // Started before all tests.
    private static Azurite azurite;

    private @Nullable FaultProxy proxy;
    private final String container = "container-" + CONTAINERS.incrementAndGet();

    @BeforeAll
    static void startAzurite() {
        azurite = Azurite.start();
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    private FaultProxy proxy() {
        if (proxy == null) {
            try {
                proxy = FaultProxy.before(azurite.port());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            admin().create();
        }
        return proxy;
    }

    @AfterEach
    void stopProxy() {
        proxy().close();
    }

    /** Past the proxy, for what Persistor itself never does. */
    private BlobContainerClient admin() {
        return new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .getBlobContainerClient(container);
    }

    private Map<String, String> environment() {
        return Map.of("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionStringThrough(proxy().port()));
    }

    private String account() {
        return azurite.endpointThrough(proxy().port());
    }

    @Override
    protected BlobStore openStore() {
        return BlobStore.over(
                new AzureDriver(
                        AzureBlobStoreProvider.client(account(), environment()).getBlobContainerClient(container),
                        PAGE),
                "archive/x/");
    }

    @Override
    protected StoreCapabilities capabilities() {
        // Azurite sorts as JavaScript does.
        return StoreCapabilities.paged(PAGE, this::listRequests)
                .orderedByCodeUnits()
                .failingReads(count -> proxy().failReads(
                                0, Collections.nCopies(count, Fault.UNAVAILABLE).toArray(Fault[]::new)))
                .withForeign(this::putForeign);
    }

    /** As other programs do: with the client itself. The service and its emulator take a backslash for a slash. */
    private void putForeign(String name) {
        if (name.contains("\\")) {
            throw new IllegalArgumentException("no blob can have the name " + name);
        }
        admin().getBlobClient("archive/x/" + name).upload(BinaryData.fromString("x"));
    }

    private long listRequests() {
        return proxy().requests().stream()
                .filter(request -> request.contains("comp=list"))
                .count();
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
        private final BlobStore azure = retrying.withRetries(RetryBudget.none());

        @ParameterizedTest
        @EnumSource(names = {"TOO_MANY_REQUESTS", "UNAVAILABLE", "RESET"})
        void whatTheServiceMayMendIsRetryable(Fault fault) {
            proxy().failWrites(fault);
            assertThatThrownBy(() -> azure.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageStartingWith("write a/b to " + account() + "/" + container + "/archive/x/: ");
            assertThat(azure.list("")).isEmpty();
            assertThat(azure.put(blob(10))).isEqualTo(PutResult.CREATED);
        }

        @Test
        void whatOnlyPeopleCanMendIsPermanent() {
            proxy().failWrites(Fault.FORBIDDEN);
            assertThatThrownBy(() -> azure.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("403");
        }

        @Test
        void anIdentityThatMayNotReplaceFindsItsBlobAllTheSame() {
            assertThat(azure.put(blob(10))).isEqualTo(PutResult.CREATED);
            proxy().failWrites(Fault.FORBIDDEN, Fault.FORBIDDEN);
            assertThat(azure.put(blob(10))).isEqualTo(PutResult.ALREADY_EXISTS);
            assertThatThrownBy(() -> azure.put(blob(11))).isInstanceOf(BlobCollisionException.class);
        }

        @Test
        void aContainerThatIsNotThereIsPermanentAndSaysSo() {
            BlobStore nowhere = BlobStores.open(URI.create(account() + "/no-such-container"), environment());
            assertThatThrownBy(() -> nowhere.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("404 ContainerNotFound")
                    .hasMessageNotContaining("\n");
            assertThatThrownBy(() -> nowhere.find(BlobName.of("a"))).isInstanceOf(BlobStoreException.class);
        }

        @Test
        void aRefusedWriteWhoseLookUpFailsIsRetryable() {
            assertThat(azure.put(blob(10))).isEqualTo(PutResult.CREATED);
            proxy().failWrites(Fault.FORBIDDEN, Fault.FORBIDDEN);
            // The client itself tries once more.
            proxy().failReads(0, Fault.UNAVAILABLE, Fault.UNAVAILABLE);
            assertThatThrownBy(() -> azure.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("503");
            proxy().clearFaults();
            proxy().failWrites(Fault.FORBIDDEN);
            assertThat(azure.put(blob(10))).isEqualTo(PutResult.ALREADY_EXISTS);
        }

        @Test
        void whatIsReadAgainAndAgainInVainSaysVerbPlaceAndStatus() {
            proxy().failReads(0, Collections.nCopies(1_000, Fault.UNAVAILABLE).toArray(Fault[]::new));
            BlobStore briefly = azure.withRetries(RetryBudget.of(Duration.ofMillis(200)));
            assertThatThrownBy(() -> briefly.list("orders/").count())
                    .isInstanceOf(BlobStoreException.class)
                    .hasMessageStartingWith("list \"orders/\" in " + account() + "/" + container + "/archive/x/: ")
                    .hasMessageContaining("503")
                    .hasMessageMatching("(?s).*gave up after \\d+ attempts? in 0\\.2 s");
        }

        @Test
        void aThreadThatIsInterruptedGetsATypedFailureAndStaysInterrupted() {
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> azure.put(blob(10))).isInstanceOf(BlobStoreException.class);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            } finally {
                boolean unused = Thread.interrupted();
            }
        }

        @Test
        void anEmulatorThatIsGoneIsRetryable() {
            proxy().close();
            assertThatThrownBy(() -> azure.put(blob(10)))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
        }

        @ParameterizedTest
        @ValueSource(ints = {10, 9 << 20})
        void aLostAnswerLeavesOneBlob(int size) {
            proxy().failWrites(Fault.LOST_ANSWER);
            assertThat(retrying.put(blob(size))).isEqualTo(PutResult.ALREADY_EXISTS);
            assertThat(azure.list("")).hasSize(1);
            assertThat(azure.put(blob(size))).isEqualTo(PutResult.ALREADY_EXISTS);
        }

        @Test
        void whateverFailsRedeliveryBringsEveryMessageOnceAndUnaltered() throws IOException {
            long seed = 11;
            MessageGenerator generator = new MessageGenerator(seed);
            List<Message> messages = Stream.generate(generator::next).limit(100).toList();
            try (FaultProxy faulty = FaultProxy.random(azurite.port(), 0.3, seed)) {
                BlobStore store = BlobStores.open(
                        URI.create(azurite.endpointThrough(faulty.port()) + "/" + container),
                        Map.of("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionStringThrough(faulty.port())));
                try (Persistor persistor = Persistor.builder(store).build()) {
                    persistor.persistAll(messages);
                    persistor.persistAll(messages);
                }
                ArchiveComparison comparison = ArchiveComparison.of(messages, store);
                assertThat(faulty.faults()).as("faults with seed %d", seed).isPositive();
                assertThat(comparison.isExact())
                        .as("seed %d: %s", seed, comparison)
                        .isTrue();
            }
        }
    }

    @Nested
    class Requests {

        private final BlobStore azure = openStore();

        @ParameterizedTest
        @ValueSource(ints = {0, 10, 9 << 20})
        void aBlobIsWrittenByOneRequest(int size) {
            azure.put(blob(size));
            assertThat(proxy().requests()).hasSize(1).allMatch(request -> request.startsWith("PUT "));
        }

        @Test
        void whatOthersWroteIsListedAndIsACollision() {
            admin().getBlobClient("archive/x/a/b").upload(BinaryData.fromBytes(new byte[10]));
            BlobInfo info = azure.find(BlobName.of("a/b")).orElseThrow();
            assertThat(info.crc32c()).isEmpty();
            assertThat(azure.list("")).containsExactly(info);
            assertThatThrownBy(() -> azure.put(blob(10)))
                    .isInstanceOf(BlobCollisionException.class)
                    .hasMessageContaining("without a CRC32C");
        }

        @Test
        void aWriteLeavesNothingInTheLog() {
            List<String> logged = new CopyOnWriteArrayList<>();
            Handler handler = handler(logged);
            Logger root = Logger.getLogger("");
            root.addHandler(handler);
            try {
                azure.put(blob(10));
            } finally {
                root.removeHandler(handler);
            }
            assertThat(logged).isEmpty();
        }

        private static Handler handler(List<String> logged) {
            return new Handler() {
                @Override
                public void publish(LogRecord entry) {
                    logged.add(entry.getMessage());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
        }

        @Test
        void keysAreSpelledAsTheServiceWantsThem() {
            azure.put(blob(10));
            assertThat(admin().getBlobClient("archive/x/a/b").getProperties().getMetadata())
                    .containsEntry("persistor_id", "1")
                    .containsOnlyKeys("persistor_id", "persistor_crc32c");
        }
    }

    @Nested
    class Addresses {

        @Test
        void aContainerAndAPrefixAreOpened() {
            try (BlobStore store =
                    BlobStores.open(URI.create(account() + "/" + container + "/a/b%20c"), environment())) {
                assertThat(store.toString()).isEqualTo(account() + "/" + container + "/a/b c/");
                assertThat(store.limits().maxNameBytes()).isEqualTo(1024 - 6);
                assertThat(store.put(blob(1))).isEqualTo(PutResult.CREATED);
            }
            assertThat(admin().getBlobClient("a/b c/a/b").exists()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "https://account.blob.core.windows.net",
                    "https://account.blob.core.windows.net/",
                    "https://account.blob.core.windows.net/UPPER",
                    "https://account.blob.core.windows.net/ab",
                    "https://account.blob.core.windows.net/a--b/c",
                    "http://127.0.0.1:10000/devstoreaccount1"
                })
        void anAddressWithoutAContainerIsRefusedWithAnExample(String address) {
            assertThatThrownBy(() -> BlobStores.open(URI.create(address), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(address)
                    .hasMessageContaining("https://ACCOUNT.blob.core.windows.net/container/prefix");
        }

        @Test
        void aConnectionStringOfAnotherAccountIsRefusedWithoutItsKey() {
            assertThatThrownBy(() ->
                            BlobStores.open(URI.create("https://other.blob.core.windows.net/container"), environment()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("AZURE_STORAGE_CONNECTION_STRING")
                    .hasMessageContaining("https://other.blob.core.windows.net")
                    .hasMessageNotContaining("AccountKey");
        }

        @Test
        void aContainerThatDoesNotExistIsNamedAtTheStart() {
            assertThatThrownBy(
                            () -> BlobStores.openChecked(URI.create(account() + "/no-such-container"), environment()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("container no-such-container not found");
        }

        @Test
        void aKeyThatTheServiceDoesNotTakeIsNamedAtTheStart() {
            String wrong =
                    azurite.connectionStringThrough(proxy().port()).replaceFirst("AccountKey=....", "AccountKey=AAAA");
            assertThatThrownBy(() -> BlobStores.openChecked(
                            URI.create(account() + "/" + container), Map.of("AZURE_STORAGE_CONNECTION_STRING", wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("403");
        }

        @Test
        void aStoreAsksAtTheStartForOneNameOfItsOwnFolder() {
            BlobStores.openChecked(URI.create(account() + "/" + container + "/own/folder"), environment())
                    .close();
            assertThat(proxy().requests())
                    .singleElement()
                    .asString()
                    .contains("comp=list", "maxresults=1", "prefix=own/folder/");
        }

        @Test
        void aStoreThatMayOnlyBeWrittenOrDoesNotAnswerNowIsOpened() {
            proxy().failReads(0, Fault.FORBIDDEN, Fault.UNAVAILABLE, Fault.UNAVAILABLE);
            for (String folder : List.of("forbidden", "busy")) {
                try (BlobStore store =
                        BlobStores.openChecked(URI.create(account() + "/" + container + "/" + folder), environment())) {
                    assertThat(store.put(blob(1))).isEqualTo(PutResult.CREATED);
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"s3cret-not-base64!", "s3cret", "", "dTNjcmV0==="})
        void anAccountKeyThatIsNotBase64IsNamedAndNotShown(String key) {
            Map<String, String> environment = Map.of(
                    "AZURE_STORAGE_CONNECTION_STRING",
                    "DefaultEndpointsProtocol=https;AccountName=account;EndpointSuffix=core.windows.net;AccountKey="
                            + key);
            assertThatThrownBy(() ->
                            BlobStores.open(URI.create("https://account.blob.core.windows.net/container"), environment))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("AZURE_STORAGE_CONNECTION_STRING: its AccountKey is not Base64")
                    .hasMessageNotContaining("s3cret")
                    .hasNoCause();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "abfss://container@account.dfs.core.windows.net/a/b",
                    "abfs://container@account.dfs.core.windows.net/a/b",
                    "wasbs://container@account.blob.core.windows.net/a/b",
                    "https://account.dfs.core.windows.net/container/a/b?sig=s3cret",
                    "http://account.blob.core.windows.net/container/a/b"
                })
        void anAddressOfAnotherKindIsToldHowToWriteIt(String address) {
            assertThatThrownBy(() -> BlobStores.open(URI.create(address), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("write https://account.blob.core.windows.net/container/a/b")
                    .hasMessageNotContaining("s3cret");
        }

        @Test
        void aMalformedConnectionStringIsRefusedAndNotShown() {
            assertThatThrownBy(() -> BlobStores.open(
                            URI.create("https://account.blob.core.windows.net/container"),
                            Map.of("AZURE_STORAGE_CONNECTION_STRING", "AccountKey=czNjcmV0;x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("AZURE_STORAGE_CONNECTION_STRING")
                    .hasMessageNotContaining("czNjcmV0")
                    .hasNoCause();
        }
    }
}
