package example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.store.PutResult;
import dev.persistor.core.write.Receipt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedExampleTest {

    @Test
    void theReadmesExampleArchivesAMessage(@TempDir Path folder) {
        Receipt receipt = EmbedExample.archiveOne(folder.toUri());
        assertThat(receipt.result()).isEqualTo(PutResult.CREATED);
        assertThat(folder.resolve("orders/2026/01/31/02/1234567890.bin")).hasContent("{\"order\": 42}");
        assertThat(EmbedExample.archiveOne(folder.toUri()).result()).isEqualTo(PutResult.ALREADY_EXISTS);
    }

    @Test
    void theReadmeShowsTheExampleAsItIs() throws IOException {
        String source = Files.readString(Path.of("src/test/java/example/EmbedExample.java"));
        String body = source.substring(source.indexOf("        try (BlobStore"), source.lastIndexOf("    }\n}"));
        assertThat(Files.readString(Path.of("../README.md")))
                .contains(body.stripTrailing().stripIndent());
    }
}
