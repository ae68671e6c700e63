package dev.persistor.gcp;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.NoCredentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.HttpStorageOptions;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.persistor.core.store.BlobPlace;
import dev.persistor.core.store.BlobStoreProvider;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens {@code gs://bucket/prefix} with the credentials that Google's own tools find: a function's service account,
 * workload identity, or those of {@code gcloud}. Where {@code STORAGE_EMULATOR_HOST} is set, it speaks to that, without
 * credentials.
 *
 * <p>Thread-safe.
 */
public final class GcsBlobStoreProvider implements BlobStoreProvider {

    private static final Pattern OTHER =
            Pattern.compile("(?:gcs://|https?://storage\\.(?:googleapis|cloud\\.google)\\.com/"
                    + "|https?://console\\.cloud\\.google\\.com/storage/browser/)([^?#;]+).*");
    private static final String CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS";
    private static final String EMULATOR = "STORAGE_EMULATOR_HOST";
    private static final String MAX_CONNECTIONS = "http.maxConnections";
    /** As many as a store has requests that read under way at most. */
    private static final String KEPT_CONNECTIONS = "512";

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 20_000;

    /** For the service loader. */
    public GcsBlobStoreProvider() {}

    @Override
    public String example() {
        return "gs://bucket/prefix";
    }

    @Override
    public boolean accepts(URI address) {
        return "gs".equals(address.getScheme());
    }

    /** Knows the addresses of other tools, of downloads and of the console. */
    @Override
    public Optional<String> correction(URI address) {
        Matcher other = OTHER.matcher(address.toString());
        return other.matches() ? Optional.of("gs://" + other.group(1)) : Optional.empty();
    }

    @Override
    public BlobPlace open(URI address, Map<String, String> environment) {
        // Not getHost: a bucket's name may have an underscore, which no host's has.
        String bucket = address.getRawAuthority();
        if (bucket == null || !bucket.matches("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")) {
            throw new IllegalArgumentException("no bucket in " + address + "; write gs://bucket/prefix");
        }
        return new BlobPlace(GcsDriver.over(client(environment), bucket), prefix(address));
    }

    private static String prefix(URI address) {
        String path = address.getPath() == null ? "" : address.getPath().replaceAll("^/+|/+$", "");
        return path.isEmpty() ? "" : path + "/";
    }

    static Storage client(Map<String, String> environment) {
        keepConnections();
        HttpStorageOptions.Builder options = StorageOptions.http()
                // One layer has the long retries, and it is the core's.
                .setRetrySettings(RetrySettings.newBuilder().setMaxAttempts(1).build())
                .setTransportOptions(HttpTransportOptions.newBuilder()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setReadTimeout(READ_MILLIS)
                        .build());
        String emulator = environment.get(EMULATOR);
        if (emulator != null && !emulator.isBlank()) {
            requireAddress(emulator);
            options.setHost(emulator).setProjectId("emulator").setCredentials(NoCredentials.getInstance());
        } else {
            requireCredentialsFile(environment);
        }
        return options.build().getService();
    }

    /**
     * Google's client speaks HTTP through {@link java.net.HttpURLConnection}, which by default keeps 5 connections that are idle, whatever
     * the number of requests: with more at a time, most of them would connect anew. The JVM has one setting for that, and reads it with
     * its first connection. A value that was given is left alone.
     */
    private static void keepConnections() {
        if (System.getProperty(MAX_CONNECTIONS) == null) {
            System.setProperty(MAX_CONNECTIONS, KEPT_CONNECTIONS);
        }
    }

    private static void requireAddress(String emulator) {
        if (!emulator.matches("https?://[^/]+.*")) {
            throw new IllegalArgumentException(
                    EMULATOR + " is \"" + emulator + "\"; it must be an address such as http://127.0.0.1:4443");
        }
    }

    /** Without the file that is named, the client goes on without credentials, and each request is refused. */
    private static void requireCredentialsFile(Map<String, String> environment) {
        String file = environment.getOrDefault(CREDENTIALS, "");
        if (!file.isBlank() && !Files.isReadable(Path.of(file))) {
            throw new IllegalArgumentException(CREDENTIALS + " is \"" + file
                    + "\", which cannot be read; correct it, or remove it if a service account is attached");
        }
    }
}
