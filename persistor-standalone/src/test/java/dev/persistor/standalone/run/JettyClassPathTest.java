package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;

/** The Functions Framework's jar, which the demo needs, has classes of Jetty too, of another version. */
class JettyClassPathTest {

    @Test
    void allOfJettyComesFromItsOwnJarsOfOneVersion() {
        String version = Server.getVersion();
        assertThat(List.of(Server.class, HttpField.class, EndPoint.class, QueuedThreadPool.class))
                .extracting(JettyClassPathTest::jar)
                .containsExactly(
                        "jetty-server-" + version + ".jar",
                        "jetty-http-" + version + ".jar",
                        "jetty-io-" + version + ".jar",
                        "jetty-util-" + version + ".jar");
    }

    private static String jar(Class<?> type) {
        URI location = URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString());
        return Path.of(location).getFileName().toString();
    }
}
