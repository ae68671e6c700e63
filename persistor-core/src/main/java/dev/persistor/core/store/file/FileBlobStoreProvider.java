package dev.persistor.core.store.file;

import dev.persistor.core.store.BlobPlace;
import dev.persistor.core.store.BlobStoreProvider;
import dev.persistor.core.store.FilePermissions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** Opens {@code file:///folder}, which is made if it is not there, with the {@link FilePermissions} of the environment. Thread-safe. */
public final class FileBlobStoreProvider implements BlobStoreProvider {

    /** For the service loader. */
    public FileBlobStoreProvider() {}

    @Override
    public String example() {
        return "file:///folder";
    }

    @Override
    public boolean accepts(URI address) {
        return "file".equals(address.getScheme());
    }

    @Override
    public BlobPlace open(URI address, Map<String, String> environment) {
        if (address.isOpaque()
                || (address.getHost() != null && !address.getHost().isEmpty())) {
            throw new IllegalArgumentException(
                    "a folder address has three slashes and an absolute path, such as file:///var/archive, unlike "
                            + address);
        }
        return BlobPlace.allOf(FileDriver.open(Path.of(address), permissions(environment)));
    }

    private static FilePermissions permissions(Map<String, String> environment) {
        String text = environment.getOrDefault(FilePermissions.SETTING, "");
        try {
            return text.isBlank() ? FilePermissions.GROUP : FilePermissions.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(FilePermissions.SETTING + " is \"" + text + "\": " + e.getMessage(), e);
        }
    }
}
