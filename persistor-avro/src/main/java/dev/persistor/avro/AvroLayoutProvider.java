package dev.persistor.avro;

import dev.persistor.core.format.ReadableFormat;
import dev.persistor.core.format.foreign.ExportNames;
import dev.persistor.core.format.foreign.ForeignLayoutProvider;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Brings the layouts of other programs' Avro files to whoever has this module on the class path: {@code pubsub-avro}, the
 * files of Pub/Sub's export whatever their suffix, and {@code dataphos}, those of Dataphos Persistor whatever their
 * extension.
 *
 * <p>Thread-safe.
 */
public final class AvroLayoutProvider implements ForeignLayoutProvider {

    private static final Pattern DATAPHOS = Pattern.compile("(?:.*/)?[^/]+-[^/]+\\.[^/.]+");

    /** For {@link java.util.ServiceLoader}. */
    public AvroLayoutProvider() {}

    @Override
    public List<ReadableFormat> layouts() {
        return List.of(
                new AvroLayout("pubsub-avro", ExportNames::matches),
                new AvroLayout(
                        "dataphos", blob -> DATAPHOS.matcher(blob.value()).matches()));
    }
}
