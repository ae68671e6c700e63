package dev.persistor.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.Compression;
import dev.persistor.core.naming.PathTemplate;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static Settings read(Map<String, String> environment) {
        return Settings.read(environment, PersistorSettings.all());
    }

    @Test
    void allButTheStoreHaveDefaults() {
        Settings settings = read(Map.of("PERSISTOR_STORE", "mem:///", "PATH", "/usr/bin"));
        assertThat(settings.get(PersistorSettings.STORE)).isEqualTo(URI.create("mem:///"));
        assertThat(settings.get(PersistorSettings.PATH)).isEqualTo(PathTemplate.DEFAULT);
        assertThat(settings.get(PersistorSettings.RETRY_DEADLINE)).isEqualTo(Duration.ofSeconds(8));
        assertThat(settings.get(PersistorSettings.QUARANTINE)).isFalse();
        assertThat(settings.find(PersistorSettings.SOURCE)).isEmpty();
    }

    @Test
    void valuesAreReadAsTheirTypes() {
        Settings settings = read(Map.of(
                "PERSISTOR_STORE", " file:///a ",
                "PERSISTOR_RETRY_DEADLINE", "250ms",
                "PERSISTOR_QUARANTINE", "TRUE",
                "PERSISTOR_SOURCE", "orders",
                "PERSISTOR_COMPRESSION", "gzip",
                "PERSISTOR_BATCH_MESSAGES", "500",
                "PERSISTOR_BATCH_BYTES", "512kib"));
        assertThat(settings.get(PersistorSettings.COMPRESSION)).isEqualTo(Compression.GZIP);
        assertThat(settings.get(PersistorSettings.BATCH_MESSAGES)).isEqualTo(500);
        assertThat(settings.get(PersistorSettings.BATCH_BYTES)).isEqualTo(512 * 1024);
        assertThat(settings.get(PersistorSettings.BATCH_MEMORY)).isEqualTo(16 * 1024 * 1024);
        assertThat(settings.get(PersistorSettings.STORE)).isEqualTo(URI.create("file:///a"));
        assertThat(settings.get(PersistorSettings.RETRY_DEADLINE)).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.get(PersistorSettings.QUARANTINE)).isTrue();
        assertThat(settings.find(PersistorSettings.SOURCE)).contains("orders");
    }

    @Test
    void everyProblemIsReportedAtOnceWithSettingValueAndWhatIsAllowed() {
        assertThatThrownBy(() -> read(Map.of(
                        "PERSISTOR_PATH", "{source}/{idd}",
                        "PERSISTOR_RETRY_DEADLINE", "8 parsecs",
                        "PERSISTOR_COMPRESSION", "lz4",
                        "PERSISTOR_BATCH_MESSAGES", "0",
                        "PERSISTOR_BATCH_BYTES", "8 bananas",
                        "PERSISTOR_QUARANTINE", "maybe",
                        "PERSISTOR_QUARANTIN", "true")))
                .asInstanceOf(InstanceOfAssertFactories.type(SettingsException.class))
                .extracting(SettingsException::problems, InstanceOfAssertFactories.list(Problem.class))
                .extracting(Problem::toString)
                .satisfiesExactly(
                        problem -> assertThat(problem).startsWith("PERSISTOR_STORE is missing; it must be an address"),
                        problem -> assertThat(problem)
                                .startsWith("PERSISTOR_PATH is \"{source}/{idd}\": column 10: unknown field"),
                        problem -> assertThat(problem)
                                .startsWith("PERSISTOR_COMPRESSION is \"lz4\": unknown compression; it must be none"),
                        problem -> assertThat(problem)
                                .startsWith("PERSISTOR_BATCH_MESSAGES is \"0\": not a whole number from 1"),
                        problem -> assertThat(problem)
                                .startsWith("PERSISTOR_BATCH_BYTES is \"8 bananas\": not a size; it must be a size"),
                        problem -> assertThat(problem)
                                .startsWith("PERSISTOR_RETRY_DEADLINE is \"8 parsecs\": not a duration; it must be")
                                .contains("250ms"),
                        problem -> assertThat(problem)
                                .isEqualTo("PERSISTOR_QUARANTINE is \"maybe\": not true or false; it must be true or"
                                        + " false"),
                        problem -> assertThat(problem)
                                .isEqualTo("unknown setting 'PERSISTOR_QUARANTIN' (did you mean"
                                        + " 'PERSISTOR_QUARANTINE'?)"));
    }

    @Test
    void aBlankValueCountsAsLeftOut() {
        assertThatThrownBy(() -> read(Map.of("PERSISTOR_STORE", " ")))
                .hasMessageContaining("PERSISTOR_STORE is missing");
    }

    @Test
    void aValueWithBytesThatCouldNotBeDecodedIsAProblemThatNamesTheSettingAndNotTheValue() {
        Setting<String> key = Setting.optional("PERSISTOR_KEY", "A key.", "a key", Function.identity())
                .secret();
        Setting<String> name = Setting.optional("HUB_NAME", "A name.", "a name", Function.identity());
        assertThatThrownBy(() -> Settings.read(
                        Map.of("PERSISTOR_KEY", "caf\uFFFD\uFFFD", "HUB_NAME", "\uFFFD"), List.of(key, name)))
                .asInstanceOf(InstanceOfAssertFactories.type(SettingsException.class))
                .extracting(SettingsException::problems, InstanceOfAssertFactories.list(Problem.class))
                .extracting(Problem::toString)
                .hasSize(2)
                .allMatch(problem -> problem.contains(" contains U+FFFD") && problem.contains("LANG=C.UTF-8"))
                .noneMatch(problem -> problem.contains("caf"))
                .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
                .containsExactly("PERSISTOR_KEY", "HUB_NAME");
    }

    @Test
    void aSecretIsNeverPrinted() {
        Setting<Object> secret = Setting.optional("PERSISTOR_KEY", "A key.", "a key", SettingsTest::refuse)
                .secret();
        assertThatThrownBy(() -> Settings.read(Map.of("PERSISTOR_KEY", "hunter2"), List.of(secret)))
                .hasMessageContaining("PERSISTOR_KEY")
                .hasMessageNotContaining("hunter2");
    }

    private static Object refuse(String text) {
        throw new IllegalArgumentException("cannot read " + text);
    }

    @Test
    void aLaterDefinitionReplacesAnEarlierOneOfItsName() {
        List<Setting<?>> definitions = new ArrayList<>(PersistorSettings.all());
        definitions.add(PersistorSettings.RETRY_DEADLINE.withDefault("4m"));
        Settings settings = Settings.read(Map.of("PERSISTOR_STORE", "mem:///"), definitions);
        assertThat(settings.get(PersistorSettings.RETRY_DEADLINE)).isEqualTo(Duration.ofMinutes(4));
    }

    @Test
    void aSettingThatWasNotReadHasNoValue() {
        Setting<String> other = Setting.optional("PERSISTOR_OTHER", "", "", Function.identity());
        Settings settings = read(Map.of("PERSISTOR_STORE", "mem:///"));
        assertThatThrownBy(() -> settings.get(other)).hasMessageContaining("PERSISTOR_OTHER has no value");
    }
}
