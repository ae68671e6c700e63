package example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.PortableBlobStore;
import dev.persistor.testkit.BlobStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver that docs/adding-a-store.md shows. */
class ZipBlobStoreContractTest extends BlobStoreContract {

    @TempDir
    private Path folder;

    @Override
    protected BlobStore openStore() {
        try {
            return new PortableBlobStore(new ZipDriver(folder.resolve("archive.zip")), "x/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theGuideShowsThisDriver() throws IOException {
        String driver = Files.readString(Path.of("src/test/java/example/ZipDriver.java"));
        assertThat(Files.readString(Path.of("../docs/adding-a-store.md"))).contains("```java\n" + driver + "```\n");
        assertThat(driver.lines()).hasSizeLessThan(150);
    }
}
