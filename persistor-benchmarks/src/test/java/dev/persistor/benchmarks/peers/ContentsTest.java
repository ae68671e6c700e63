package dev.persistor.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentsTest {

    @Test
    void aWholeObjectIsOnePayload() throws IOException {
        assertThat(payloads(Contents.whole(), "a\nb\n")).containsExactly("a\nb\n");
    }

    @Test
    void eachLineIsAPayload() throws IOException {
        assertThat(payloads(Contents.lines(), "a\nb\n")).containsExactly("a", "b");
    }

    @Test
    void theFieldOfEachLineIsAPayloadAndThatOfWhatIsInsideIsNot() throws IOException {
        String object = """
                {"key":"k","value":"{\\"value\\":\\"Größe\\"}","headers":[{"value":"x"}]}
                {"attributes":{"value":"y"},"value":"second"}
                """;
        assertThat(payloads(Contents.fields("value"), object)).containsExactly("{\"value\":\"Größe\"}", "second");
    }

    private static List<String> payloads(Contents contents, String object) throws IOException {
        List<String> payloads = new ArrayList<>();
        contents.read(
                object.getBytes(StandardCharsets.UTF_8),
                payload -> payloads.add(new String(payload, StandardCharsets.UTF_8)));
        return payloads;
    }
}
