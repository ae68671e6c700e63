package dev.persistor.standalone.deploy;

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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What files and pages about deployment name is there: settings, functions, entry points. */
class DeployedSettingsTest {

    private static final Path DEPLOY = Path.of("../deploy");
    private static final Path DOCS = Path.of("../docs");

    /** Connections are read by the Functions host, and the number of shards by commands alone. */
    private static final Set<String> OTHERS =
            Set.of("EVENT_HUB_CONNECTION", "SERVICE_BUS_CONNECTION", "PERSISTOR_SHARDS");

    private static Set<String> settings() {
        return Stream.of(
                        PersistorSettings.all(),
                        ReadSettings.all(),
                        AzureSettings.all(),
                        PullSettings.all(),
                        PubSubPullSettings.all(),
                        PubSubPushSettings.all(),
                        EventHubPullSettings.all(),
                        List.of(EventHubPullSettings.TAKEOVER),
                        ServiceBusPullSettings.all(),
                        InvokerSettings.all(),
                        GcpInvokerSettings.all(),
                        AzureInvokerSettings.all(),
                        KafkaSettings.all(),
                        CaptureSettings.all(),
                        ProcessSettings.all())
                .flatMap(List::stream)
                .map(Setting::name)
                .collect(Collectors.toCollection(() -> new HashSet<>(OTHERS)));
    }

    private static List<Path> texts() throws IOException {
        List<Path> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(DEPLOY);
                Stream<Path> pages = Files.list(DOCS)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/.terraform"))
                    .forEach(texts::add);
            pages.filter(page -> page.getFileName().toString().startsWith("deploy-"))
                    .forEach(texts::add);
        }
        assertThat(texts).hasSizeGreaterThan(20);
        return texts;
    }

    private static Set<String> found(String pattern) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path text : texts()) {
            Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(text));
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
        }
        assertThat(found).as(pattern).isNotEmpty();
        return found;
    }

    @Test
    void eachSettingExists() throws IOException {
        assertThat(found("\\b((?:PERSISTOR|EVENT_HUB|SERVICE_BUS)(?:_[A-Z]+)+)"))
                .isSubsetOf(settings());
    }

    @Test
    void eachFunctionThatIsTurnedOffExistsInAzuresPackage() throws IOException {
        Set<String> functions = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("../persistor-azure/src/main"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher name = Pattern.compile("@FunctionName\\(\"(\\w+)\"\\)").matcher(Files.readString(source));
                while (name.find()) {
                    functions.add(name.group(1));
                }
            }
        }
        functions.add("NAME");
        assertThat(found("AzureWebJobs\\.(\\w+)\\.Disabled")).isSubsetOf(functions);
    }

    @Test
    void eachEntryPointExists() throws IOException {
        for (String name : found("(?:--entry-point=|entry_point = \")([\\w.]+)")) {
            assertThat(getClass().getResource("/" + name.replace('.', '/') + ".class"))
                    .as(name)
                    .isNotNull();
        }
    }

    @Test
    void eachFileThatAPageNamesExists() throws IOException {
        for (String name : found("\\b(deploy/(?:[a-z-]+/)*[a-z-]+(?:\\.[a-z]+)?)\\b")) {
            assertThat(Path.of("..").resolve(name)).exists();
        }
    }
}
