package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.azure.AzureInvokerSettings;
import dev.persistor.azure.AzureSettings;
import dev.persistor.azure.EventHubPullSettings;
import dev.persistor.azure.ServiceBusPullSettings;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.ReadSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.pull.PullSettings;
import dev.persistor.core.pull.invoke.InvokerSettings;
import dev.persistor.gcp.GcpInvokerSettings;
import dev.persistor.gcp.PubSubPullSettings;
import dev.persistor.gcp.PubSubPushSettings;
import dev.persistor.kafka.KafkaSettings;
import dev.persistor.standalone.run.config.CaptureSettings;
import dev.persistor.standalone.run.config.ProcessSettings;
import dev.persistor.standalone.run.config.TelemetrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference of settings says what the definitions in the code say. */
class ConfigurationReferenceTest {

    private static String table(List<Setting<?>> settings) {
        return settings.stream()
                .map(ConfigurationReferenceTest::row)
                .collect(Collectors.joining("\n", "| setting | means | may be | default |\n|---|---|---|---|\n", "\n"));
    }

    private static String row(Setting<?> setting) {
        String otherwise = setting.isRequired()
                ? "required"
                : setting.defaultText().map(text -> "`" + text + "`").orElse("none");
        return "| `" + setting.name() + "` | " + setting.meaning() + " | "
                + setting.allowed().replace("|", "\\|") + " | " + otherwise + " |";
    }

    /** The settings that have another default in a capture of {@code persistor run}. */
    private static String defaultsOfCaptures() {
        Map<String, String> http = CaptureSettings.ofHttp().stream()
                .filter(setting -> setting.defaultText().isPresent())
                .collect(Collectors.toMap(
                        Setting::name, setting -> setting.defaultText().orElseThrow()));
        return CaptureSettings.ofFeeds().stream()
                .map(setting -> "| `" + setting.name() + "` | `"
                        + setting.defaultText().orElseThrow() + "` | "
                        + Optional.ofNullable(http.get(setting.name()))
                                .map(text -> "`" + text + "`")
                                .orElse("as elsewhere")
                        + " |")
                .collect(Collectors.joining("\n", "| setting | from a broker | from http |\n|---|---|---|\n", "\n"));
    }

    @Test
    void defaultsOfCapturesAreInItToo() throws IOException {
        assertThat(Files.readString(Path.of("../docs/configuration.md"))).contains(defaultsOfCaptures());
    }

    @Test
    void eachSettingIsInItWithWhatTheCodeSaysOfIt() throws IOException {
        String reference = Files.readString(Path.of("../docs/configuration.md"));
        assertThat(reference)
                .contains(
                        table(PersistorSettings.all()),
                        table(ReadSettings.all()),
                        table(AzureSettings.all()),
                        table(PullSettings.all()),
                        table(PubSubPullSettings.all()),
                        table(PubSubPushSettings.all()),
                        table(EventHubPullSettings.all()),
                        table(List.of(EventHubPullSettings.TAKEOVER)),
                        table(ProcessSettings.all()),
                        table(TelemetrySettings.all()),
                        table(CaptureSettings.all()),
                        table(KafkaSettings.all()),
                        table(ServiceBusPullSettings.all()),
                        table(InvokerSettings.all()),
                        table(GcpInvokerSettings.all()),
                        table(AzureInvokerSettings.all()));
    }
}
