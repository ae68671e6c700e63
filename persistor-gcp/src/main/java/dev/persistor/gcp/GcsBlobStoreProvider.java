package dev.persistor.gcp;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.NoCredentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.HttpStorageOptions;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreProvider;
import java.net.URI;
import java.util.Map;

/**
 * Opens {@code gs://bucket/prefix} with the credentials that Google's own tools find: a function's service account,
 * workload identity, or those of {@code gcloud}. Where {@code STORAGE_EMULATOR_HOST} is set, it speaks to that, without
 * credentials.
 *
 * <p>Thread-safe.
 */
public final class GcsBlobStoreProvider implements BlobStoreProvider {

    private static final String EMULATOR = "STORAGE_EMULATOR_HOST";
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

    @Override
    public BlobStore open(URI address, Map<String, String> environment) {
        // Not getHost: a bucket's name may have an underscore, which no host's has.
        String bucket = address.getRawAuthority();
        if (bucket == null || !bucket.matches("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")) {
            throw new IllegalArgumentException("no bucket is named in " + address + "; write gs://bucket/prefix");
        }
        return GcsBlobStore.over(client(environment), bucket, prefix(address));
    }

    private static String prefix(URI address) {
        String path = address.getPath() == null ? "" : address.getPath().replaceAll("^/+|/+$", "");
        return path.isEmpty() ? "" : path + "/";
    }

    static Storage client(Map<String, String> environment) {
        HttpStorageOptions.Builder options = StorageOptions.http()
                // One layer has the long retries, and it is the core's.
                .setRetrySettings(RetrySettings.newBuilder().setMaxAttempts(1).build())
                .setTransportOptions(HttpTransportOptions.newBuilder()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setReadTimeout(READ_MILLIS)
                        .build());
        String emulator = environment.get(EMULATOR);
        if (emulator != null && !emulator.isBlank()) {
            options.setHost(emulator).setProjectId("emulator").setCredentials(NoCredentials.getInstance());
        }
        return options.build().getService();
    }
}
