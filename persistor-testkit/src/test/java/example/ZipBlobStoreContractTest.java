package example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.BlobStoreContract;
import dev.persistor.testkit.FaultyBlobDriver;
import dev.persistor.testkit.StoreCapabilities;
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

    private FaultyBlobDriver driver = FaultyBlobDriver.over(new MemoryDriver());

    @Override
    protected BlobStore openStore() {
        try {
            driver = FaultyBlobDriver.over(new ZipDriver(folder.resolve("archive.zip")));
            return BlobStore.over(driver, "x/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected StoreCapabilities capabilities() {
        return StoreCapabilities.local().failingReads(driver::failReads);
    }

    @Test
    void theGuideShowsThisDriver() throws IOException {
        String driver = Files.readString(Path.of("src/test/java/example/ZipDriver.java"));
        assertThat(Files.readString(Path.of("../docs/adding-a-store.md"))).contains("```java\n" + driver + "```\n");
        assertThat(driver.lines()).hasSizeLessThan(150);
    }
}
