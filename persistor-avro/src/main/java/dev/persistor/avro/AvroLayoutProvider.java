package dev.persistor.avro;

import dev.persistor.core.format.ReadableFormat;
import dev.persistor.core.format.foreign.DataflowNames;
import dev.persistor.core.format.foreign.ExportNames;
import dev.persistor.core.format.foreign.ForeignLayoutProvider;
import dev.persistor.core.naming.CaptureNames;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Provides the layouts of other programs' Avro files if this module is on the class path: {@code pubsub-avro}, the
 * files of Pub/Sub's export whatever their suffix, {@code dataflow-avro}, those of Google's Dataflow templates, and {@code dataphos}, those of Dataphos Persistor whatever their
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
                AvroLayout.of("pubsub-avro", ExportNames::matches),
                AvroLayout.of("dataflow-avro", DataflowNames::matches),
                AvroLayout.of("dataphos", blob -> DATAPHOS.matcher(blob.value()).matches()));
    }

    @Override
    public Optional<ReadableFormat> captured(CaptureNames names) {
        return Optional.of(AvroLayout.captured(names));
    }
}
