package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.azure.AzureInvokerSettings;
import dev.persistor.azure.AzureSettings;
import dev.persistor.azure.EventHubPullSettings;
import dev.persistor.azure.ServiceBusPullSettings;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.pull.InvokerSettings;
import dev.persistor.core.pull.PullSettings;
import dev.persistor.gcp.GcpInvokerSettings;
import dev.persistor.gcp.PubSubPullSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @Test
    void eachSettingIsInItWithWhatTheCodeSaysOfIt() throws IOException {
        String reference = Files.readString(Path.of("../docs/configuration.md"));
        assertThat(reference)
                .contains(
                        table(PersistorSettings.all()),
                        table(AzureSettings.all()),
                        table(PullSettings.all()),
                        table(PubSubPullSettings.all()),
                        table(EventHubPullSettings.all()),
                        table(ServiceBusPullSettings.all()),
                        table(InvokerSettings.all()),
                        table(GcpInvokerSettings.all()),
                        table(AzureInvokerSettings.all()));
    }
}
