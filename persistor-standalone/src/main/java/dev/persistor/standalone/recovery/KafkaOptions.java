package dev.persistor.standalone.recovery;

import dev.persistor.kafka.KafkaSettings;
import dev.persistor.standalone.cli.CommandContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for Kafka brokers. Not thread-safe. */
final class KafkaOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--kafka-properties",
            paramLabel = "FILE",
            description = "A file of Kafka client properties for kafka:// addresses, one on each line, such as"
                    + " security.protocol=SASL_SSL. Default: the environment variable"
                    + " PERSISTOR_KAFKA_PROPERTIES.")
    private @Nullable Path properties;

    /**
     * Returns the environment with these properties in it.
     *
     * @throws ParameterException if the file cannot be read
     */
    Map<String, String> environment(CommandContext context) {
        if (properties == null) {
            return context.environment();
        }
        Map<String, String> environment = new HashMap<>(context.environment());
        try {
            environment.put(KafkaSettings.PROPERTIES.name(), Files.readString(properties, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--kafka-properties' (FILE): " + properties
                            + " cannot be read; use a UTF-8 text file that this user may read",
                    e);
        }
        return environment;
    }
}
