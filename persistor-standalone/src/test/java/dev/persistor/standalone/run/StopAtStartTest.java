package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.testkit.ReservedPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process may be told to stop before it has started. */
@Timeout(120)
class StopAtStartTest {

    private @TempDir Path folder;

    @Test
    void aProcessThatWaitsForItsStoreStopsWithinItsTime() throws Exception {
        Path log = folder.resolve("log");
        try (ReservedPort port = ReservedPort.reserve();
                ServerSocket silentStore = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Path config = Files.writeString(folder.resolve("persistor.yaml"), """
                    http-address: 127.0.0.1:%d
                    shutdown: 1s
                    captures:
                      web: {from: http, store: 'gs://archive'}
                    """.formatted(port.number()));
            Map<String, String> environment =
                    Map.of("STORAGE_EMULATOR_HOST", "http://127.0.0.1:" + silentStore.getLocalPort());
            try (RunProcess process = RunProcess.start(config, log, port, environment);
                    Socket asked = silentStore.accept()) {
                assertThat(asked.isConnected()).isTrue();
                assertThat(process.terminate()).isEqualTo(143);
                assertThat(process.log())
                        .contains("The service did not start within 1 s; nothing was acknowledged")
                        .doesNotContain("Shutdown in progress", "failed");
            }
        }
    }
}
