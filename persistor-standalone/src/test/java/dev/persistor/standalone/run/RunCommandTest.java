package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.standalone.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

    private @TempDir Path folder;

    @Test
    void withoutAConfigurationItExplainsItself() {
        CommandRun command = new CommandRun(false, "", Map.of("PERSISTOR_HTTP_ADDRESS", "0.0.0.0:8080"));
        assertThat(command.run("run")).isEqualTo(64);
        assertThat(command.err()).contains("persistor run --sample > persistor.yaml", "PERSISTOR_FROM=kafka");
    }

    @Test
    void theSampleDoes() throws IOException {
        CommandRun command = new CommandRun();
        assertThat(command.run("run", "--sample")).isZero();
        String sample = command.out()
                .replace("/tmp/persistor-archive", folder.resolve("archive").toString());
        Path file = Files.writeString(folder.resolve("persistor.yaml"), sample);
        assertThat(command.run("run", "--config", file.toString(), "--check"))
                .as(command.err())
                .isZero();
        assertThat(command.out()).contains("Configuration OK: 1 capture\n");

        // What is commented out does too, once it is not.
        int captures = sample.indexOf("captures:");
        String all = sample.substring(0, captures) + sample.substring(captures).replaceAll("(?m)^# ?", "  ");
        Files.writeString(file, all);
        CommandRun withSecrets = new CommandRun(
                false,
                "",
                Map.of(
                        "KAFKA_JAAS_CONFIG",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
                                + " password=\"p\";",
                        "EVENT_HUB_CONNECTION",
                        "Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=v",
                        "SERVICE_BUS_CONNECTION",
                        "Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=v"));
        assertThat(withSecrets.run("run", "--config", file.toString(), "--check"))
                .as(withSecrets.err())
                .isZero();
        assertThat(withSecrets.out()).contains("Configuration OK: 5 captures\n");
    }

    @Test
    void aConfigurationThatDoesNotDoIsRefusedWithItsProblems() throws IOException {
        CommandRun command = new CommandRun();
        Path file = Files.writeString(
                folder.resolve("persistor.yaml"), "captures:\n  a: {from: http, store: \"ftp://x\"}\n");
        assertThat(command.run("run", "--config", file.toString())).isEqualTo(64);
        assertThat(command.err())
                .contains(file + " has 1 error:", "line 2: captures.a: store: no module on the class path");
        assertThat(command.run("run", "--config", folder.resolve("none").toString()))
                .isEqualTo(64);
        assertThat(command.err()).contains("File not found: " + folder.resolve("none"));
    }
}
