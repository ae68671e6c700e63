package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExploreScaleTest {

    /** In place of the command, whose jar is packed after the tests: answers every request with all kinds of lines. */
    public static final class Command {
        public static void main(String[] line) throws Exception {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] answer = "{\"overview\":1}\n{\"rows\":1}\n{\"shape\":1}\n{\"end\":{\"reason\":\"done\"}}\n"
                    .getBytes(StandardCharsets.UTF_8);
            server.createContext("/api/", exchange -> {
                boolean isAllowed =
                        List.of("Bearer x").equals(exchange.getRequestHeaders().get("Authorization"));
                exchange.sendResponseHeaders(isAllowed ? 200 : 401, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            server.start();
            System.out.println("Explore " + line[1] + " at http://127.0.0.1:"
                    + server.getAddress().getPort() + "/?token=x");
        }
    }

    @Test
    void eachViewIsARow(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExploreScale scale = new ExploreScale(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                System.getProperty("java.class.path"),
                Command.class.getName(),
                folder);
        scale.raw(20);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("| overview |", "| shape of an hour |");
    }
}
