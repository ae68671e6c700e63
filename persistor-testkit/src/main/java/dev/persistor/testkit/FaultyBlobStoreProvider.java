package dev.persistor.testkit;

import dev.persistor.core.store.BlobPlace;
import dev.persistor.core.store.BlobStoreProvider;
import dev.persistor.core.store.BlobStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@code faulty:ADDRESS}: the store at the address, with writes that fail by chance, so that a process that knows
 * nothing of it (a function in its host) can be put through storage faults.
 *
 * <p>The environment says how: {@code FAULTY_STORE_PROBABILITY}, how likely a write fails, from 0 to 1 (required);
 * {@code FAULTY_STORE_SEED} (default 0); {@code FAULTY_STORE_BURST}, how many writes of one blob fail in a row when one
 * fault in four becomes a burst (default 1: no bursts); {@code FAULTY_STORE_REPORT}, a file to which each fault adds a
 * line (default: none).
 *
 * <p>Thread-safe.
 */
public final class FaultyBlobStoreProvider implements BlobStoreProvider {

    /** How likely a write fails, from 0 to 1. Required. */
    public static final String PROBABILITY = "FAULTY_STORE_PROBABILITY";
    /** What the faults are drawn from. Default: 0. */
    public static final String SEED = "FAULTY_STORE_SEED";
    /** How many writes of one blob fail in a burst. Default: 1. */
    public static final String BURST = "FAULTY_STORE_BURST";
    /** The file to which each fault adds a line. Default: none. */
    public static final String REPORT = "FAULTY_STORE_REPORT";

    private static final String SCHEME = "faulty";

    /** For the service loader. */
    public FaultyBlobStoreProvider() {}

    /** Returns the address that opens the store at another address with faults. */
    public static URI addressOf(URI wrapped) {
        return URI.create(SCHEME + ":" + wrapped);
    }

    @Override
    public String example() {
        return "faulty:file:///folder";
    }

    @Override
    public boolean accepts(URI address) {
        return SCHEME.equals(address.getScheme());
    }

    @Override
    public BlobPlace open(URI address, Map<String, String> environment) {
        URI wrapped = URI.create(address.getRawSchemeSpecificPart());
        if (wrapped.getScheme() == null) {
            throw new IllegalArgumentException(
                    "a faulty store's address holds that of another, as in faulty:file:///folder, unlike " + address);
        }
        double probability = read(environment, PROBABILITY, null, "a number from 0 to 1", Double::valueOf, 0, 1);
        int burst = read(environment, BURST, "1", "a whole number, 1 or more", Integer::valueOf, 1, Integer.MAX_VALUE);
        long seed = read(environment, SEED, "0", "a whole number", Long::valueOf, Long.MIN_VALUE, Long.MAX_VALUE);
        Consumer<String> report = report(environment.get(REPORT));
        BlobPlace place = BlobStores.place(wrapped, environment);
        return new BlobPlace(
                FaultyBlobDriver.inBursts(place.driver(), probability, burst, seed, report), place.folder());
    }

    private static <N extends Number> N read(
            Map<String, String> environment,
            String name,
            @Nullable String byDefault,
            String allowed,
            Function<String, N> parse,
            double least,
            double most) {
        String text = environment.getOrDefault(name, byDefault);
        if (text == null) {
            throw new IllegalArgumentException(name + " is missing; a faulty store needs it: " + allowed);
        }
        try {
            N value = parse.apply(text.strip());
            if (value.doubleValue() >= least && value.doubleValue() <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is \"" + text + "\"; allowed is " + allowed, e);
        }
        throw new IllegalArgumentException(name + " is \"" + text + "\"; allowed is " + allowed);
    }

    private static Consumer<String> report(@Nullable String file) {
        if (file == null) {
            return fault -> {};
        }
        try {
            Path path = Path.of(file);
            append(path, "");
            return fault -> append(path, fault + "\n");
        } catch (InvalidPathException | UncheckedIOException e) {
            throw new IllegalArgumentException(
                    REPORT + " is \"" + file + "\"; allowed is a file that can be written", e);
        }
    }

    /** One write a line, so that threads and processes that append do not mix theirs. */
    private static void append(Path file, String line) {
        try {
            Files.write(
                    file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("append to " + file, e);
        }
    }
}
