package example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.MessageGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AvroExampleTest {

    @Test
    void theReadmesExampleGivesBackWhatItWrote() {
        List<Message> messages =
                Stream.generate(new MessageGenerator(1)::next).limit(10).toList();
        List<Message> read = new ArrayList<>();
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            AvroExample.writeAndRead(store, messages, read::add);
        }
        assertThat(read).isEqualTo(messages);
    }

    @Test
    void theReadmeShowsTheExampleAsItIs() throws IOException {
        String source = Files.readString(Path.of("src/test/java/example/AvroExample.java"));
        String body = source.substring(source.indexOf("        BlobName name"), source.lastIndexOf("    }\n}"));
        assertThat(Files.readString(Path.of("README.md")))
                .contains(body.stripTrailing().stripIndent());
    }
}
