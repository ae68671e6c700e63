package dev.persistor.core.capture;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens what the settings name, and checks what no setting shows by itself, so that all problems of a configuration are
 * reported together.
 *
 * <p>Not thread-safe.
 */
final class CaptureCheck implements BiConsumer<Settings, List<Problem>> {

    private final Map<String, String> environment;
    private @Nullable BlobStore store;
    private @Nullable BlobStore fallback;
    private @Nullable MessageFormat format;

    CaptureCheck(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void accept(Settings settings, List<Problem> problems) {
        store = open(PersistorSettings.STORE, settings, problems);
        fallback = open(PersistorSettings.FALLBACK_STORE, settings, problems);
        checkFallback(settings, problems);
        checkFormat(settings, problems);
        checkBatches(settings, problems);
    }

    private @Nullable BlobStore open(Setting<URI> setting, Settings settings, List<Problem> problems) {
        Optional<URI> address = settings.find(setting);
        if (address.isEmpty()) {
            return null;
        }
        try {
            return BlobStores.openChecked(address.get(), environment);
        } catch (IllegalArgumentException e) {
            problems.add(Problem.of(setting, ": " + e.getMessage()));
            return null;
        }
    }

    private static void checkFallback(Settings settings, List<Problem> problems) {
        Optional<URI> address = settings.find(PersistorSettings.FALLBACK_STORE);
        if (address.isPresent() && address.equals(settings.find(PersistorSettings.STORE))) {
            problems.add(Problem.of(
                    PersistorSettings.FALLBACK_STORE,
                    " is \"" + address.get() + "\", the same as ",
                    PersistorSettings.STORE,
                    "; it must be a different store"));
        }
    }

    private void checkFormat(Settings settings, List<Problem> problems) {
        String name = settings.get(PersistorSettings.FORMAT);
        Optional<Compression> compression = settings.find(PersistorSettings.COMPRESSION);
        if (compression.isEmpty()) {
            return;
        }
        try {
            format = MessageFormats.named(name, compression.get());
        } catch (IllegalArgumentException e) {
            problems.add(Problem.of(
                    PersistorSettings.FORMAT,
                    " is \"" + name + "\" and ",
                    PersistorSettings.COMPRESSION,
                    " is \"" + compression.get().label() + "\": " + e.getMessage()));
        }
    }

    private void checkBatches(Settings settings, List<Problem> problems) {
        int messages = settings.find(PersistorSettings.BATCH_MESSAGES).orElse(1);
        if (messages > 1 && format != null && !format.holdsBatches()) {
            problems.add(Problem.of(
                    PersistorSettings.BATCH_MESSAGES,
                    " is \"" + messages + "\", and ",
                    PersistorSettings.FORMAT,
                    " is \"" + format.name()
                            + "\", which holds one message in a blob; use jsonl or avro, or turn batches off"));
        }
        Optional<Long> bytes = settings.find(PersistorSettings.BATCH_BYTES);
        Optional<Long> memory = settings.find(PersistorSettings.BATCH_MEMORY);
        if (bytes.isPresent() && memory.isPresent() && memory.get() < bytes.get()) {
            problems.add(Problem.of(
                    PersistorSettings.BATCH_MEMORY,
                    " is " + memory.get() + " bytes, and ",
                    PersistorSettings.BATCH_BYTES,
                    " is " + bytes.get() + "; the memory must hold at least one batch"));
        }
    }

    /** Returns the stores that were opened, when there were no problems. */
    Stores stores() {
        return new Stores(required(store), Optional.ofNullable(fallback));
    }

    /** Returns the format, when there were no problems. */
    MessageFormat format() {
        return required(format);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("only to be asked for after a check without problems");
        }
        return value;
    }

    /** Closes what was opened, for a configuration that has problems. */
    void closeStores() {
        if (store != null) {
            store.close();
        }
        if (fallback != null) {
            fallback.close();
        }
    }
}
