package dev.persistor.azure;

import com.azure.core.http.HttpClient;
import com.azure.storage.blob.BlobContainerAsyncClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceAsyncClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import dev.persistor.core.store.BlobPlace;
import dev.persistor.core.store.BlobStoreProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@code https://ACCOUNT.blob.core.windows.net/container/prefix}, also in Azure's other clouds and on private
 * endpoints, with the credentials that Azure's own tools find: managed identity, workload identity, or a service
 * principal in the environment. Where {@code AZURE_STORAGE_CONNECTION_STRING} is set, it is used in their place, and must
 * belong to the same account.
 *
 * <p>Azurite's address has the account in its path: {@code http://127.0.0.1:10000/devstoreaccount1/container/prefix}.
 *
 * <p>Thread-safe.
 */
public final class AzureBlobStoreProvider implements BlobStoreProvider {

    private static final String CONNECTION_STRING = "AZURE_STORAGE_CONNECTION_STRING";
    private static final String EXAMPLE = "https://ACCOUNT.blob.core.windows.net/container/prefix";

    /**
     * Azure's adapter for the JDK's client warns at each write that it leaves the header Content-Length to that client.
     * Taking the header away beforehand would silence it too, but the adapter knows the length from nowhere else, and
     * Blob Storage takes no blob whose length it is not told. Held here, because the JDK drops loggers without references.
     */
    private static final Logger ADAPTER = Logger.getLogger("com.azure.core.http.jdk.httpclient.JdkHttpClient");

    static {
        ADAPTER.setLevel(Level.SEVERE);
    }

    private static final Pattern HADOOP = Pattern.compile("(?:abfss?|wasbs?)://([^@/]+)@([^/?#]+)(.*)");
    private static final Pattern WEB = Pattern.compile("(https?)://([^@/?#]+\\.(?:blob|dfs)\\.[^@/?#]+)(.*)");
    private static final Pattern CLOUD = Pattern.compile("(https://[^/]+)/([^/]+)(?:/(.*))?");
    private static final Pattern EMULATOR = Pattern.compile("(https?://[^/]+/devstoreaccount1)/([^/]+)(?:/(.*))?");

    /** 3 to 63 lower-case letters, digits and single dashes; {@code $} begins the names of system containers. */
    private static final Pattern CONTAINER = Pattern.compile("(?=.{3,63}$)\\$?[a-z0-9]+(-[a-z0-9]+)*");

    /** For the service loader. */
    public AzureBlobStoreProvider() {}

    @Override
    public String example() {
        return EXAMPLE;
    }

    @Override
    public boolean accepts(URI address) {
        String text = address.toString();
        return EMULATOR.matcher(text).lookingAt()
                || text.matches("https?://[^/]+/devstoreaccount1/?")
                || ("https".equals(address.getScheme())
                        && address.getHost() != null
                        && address.getHost().contains(".blob."));
    }

    /** Knows the addresses of Hadoop's drivers, of Data Lake's own endpoint, and those without TLS. */
    @Override
    public Optional<String> correction(URI address) {
        Matcher hadoop = HADOOP.matcher(address.toString());
        if (hadoop.matches()) {
            return Optional.of(
                    "https://" + blobHost(hadoop.group(2)) + "/" + hadoop.group(1) + withoutQuery(hadoop.group(3)));
        }
        Matcher web = WEB.matcher(address.toString());
        if (web.matches() && (web.group(2).contains(".dfs.") || web.group(1).equals("http"))) {
            return Optional.of("https://" + blobHost(web.group(2)) + withoutQuery(web.group(3)));
        }
        return address.toString().matches("(?:az|azure|adl)://.*") ? Optional.of(EXAMPLE) : Optional.empty();
    }

    private static String blobHost(String host) {
        return host.replace(".dfs.", ".blob.");
    }

    /** The rest may be a credential. */
    private static String withoutQuery(@Nullable String path) {
        return path == null ? "" : path.replaceAll("[?#].*", "");
    }

    @Override
    public BlobPlace open(URI address, Map<String, String> environment) {
        Place place = Place.of(address);
        BlobContainerClient container = client(place.account(), environment).getBlobContainerClient(place.container());
        return new BlobPlace(AzureDriver.over(container), place.prefix());
    }

    /**
     * Reads the address of a whole container.
     *
     * @throws IllegalArgumentException if it names none, or a folder in one
     */
    static URI containerAddress(String text) {
        URI address = URI.create(text.strip());
        if (!Place.of(address).prefix().isEmpty()) {
            throw new IllegalArgumentException("it names a folder instead of a container");
        }
        return address;
    }

    /**
     * Opens a container for the clients of others, with their retries.
     *
     * @param address as {@link #containerAddress} returns it
     */
    static BlobContainerAsyncClient container(URI address, Map<String, String> environment) {
        Place place = Place.of(address);
        BlobServiceAsyncClient client = builder(place.account(), environment).buildAsyncClient();
        requireAccount(place.account(), client.getAccountUrl());
        return client.getBlobContainerAsyncClient(place.container());
    }

    /** The parts of an address. */
    private record Place(String account, String container, String prefix) {

        static Place of(URI address) {
            Matcher parts = EMULATOR.matcher(address.toString());
            if (!parts.matches()) {
                parts = CLOUD.matcher(address.toString());
            }
            if (!parts.matches() || !CONTAINER.matcher(parts.group(2)).matches()) {
                throw new IllegalArgumentException("no container in " + address + "; write " + EXAMPLE
                        + "; a container has 3 to 63 lower-case letters, digits and single dashes");
            }
            String path = Objects.requireNonNullElse(parts.group(3), "");
            String prefix = URI.create("/" + path).getPath().replaceAll("^/+|/+$", "");
            return new Place(parts.group(1), parts.group(2), prefix.isEmpty() ? "" : prefix + "/");
        }
    }

    static BlobServiceClient client(String account, Map<String, String> environment) {
        BlobServiceClient client = builder(account, environment)
                // One layer has the long retries, and it is the core's.
                .retryOptions(new RequestRetryOptions(
                        RetryPolicyType.FIXED, 1, (Duration) null, Duration.ofMillis(1), Duration.ofMillis(1), null))
                .buildClient();
        requireAccount(account, client.getAccountUrl());
        return client;
    }

    private static BlobServiceClientBuilder builder(String account, Map<String, String> environment) {
        HttpClient http = new AzureHttpClient();
        BlobServiceClientBuilder builder = new BlobServiceClientBuilder().httpClient(http);
        String connection = environment.get(CONNECTION_STRING);
        if (connection == null || connection.isBlank()) {
            return builder.endpoint(account).credential(AzureCredentials.ofEnvironment(http, environment));
        }
        requireKeyInBase64(connection);
        try {
            return builder.connectionString(connection.strip());
        } catch (RuntimeException e) {
            // The client's own text, and so the cause's, may quote what holds a key.
            throw new IllegalArgumentException(CONNECTION_STRING
                    + " is not a connection string of a storage account (its value is secret and not shown)");
        }
    }

    /** The client decodes the key at the first request only, and each would fail. */
    private static void requireKeyInBase64(String connection) {
        for (String part : connection.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0 && part.substring(0, equals).strip().equalsIgnoreCase("AccountKey")) {
                requireBase64(part.substring(equals + 1).strip());
            }
        }
    }

    private static void requireBase64(String key) {
        try {
            if (key.length() % 4 == 0 && Base64.getDecoder().decode(key).length > 0) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Its text may quote the key.
        }
        throw new IllegalArgumentException(CONNECTION_STRING
                + ": its AccountKey is not Base64; copy the whole key from the storage account (its value is secret and"
                + " not shown)");
    }

    /** Blobs must go to the account in the address, where readers look for them. */
    private static void requireAccount(String wanted, String account) {
        if (!account.equalsIgnoreCase(wanted)) {
            throw new IllegalArgumentException(
                    CONNECTION_STRING + " is for " + account + ", but the store is in " + wanted);
        }
    }
}
