package dev.persistor.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AvroFormatProviderTest {

    @ParameterizedTest
    @EnumSource(Compression.class)
    void theFormatIsFoundByItsName(Compression compression) {
        assertThat(MessageFormats.named("avro", compression)).isInstanceOf(AvroFormat.class);
    }

    @Test
    void whoeverHasTheModuleReadsItsBlobs() {
        List<Message> messages = AvroFiles.messages(1, 3);
        Blob blob = AvroFiles.blob(Compression.GZIP, messages);
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            store.put(blob);
            try (OpenBlob opened = store.open(blob.name());
                    MessageReader reader = MessageFormats.installed().read(opened, store)) {
                assertThat(reader).toIterable().isEqualTo(messages);
            }
        }
    }

    @Test
    void aMissingLibraryIsNamed() throws Exception {
        try (URLClassLoader without = classPathWithout("zstd-jni")) {
            Object provider = without.loadClass(AvroFormatProvider.class.getName())
                    .getConstructor()
                    .newInstance();
            Class<?> compression = without.loadClass(Compression.class.getName());
            assertThat(format(provider, compression, "GZIP")).isNotNull();
            assertThatThrownBy(() -> format(provider, compression, "ZSTD"))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("com.github.luben:zstd-jni");
        }
    }

    @Test
    void aMissingLibraryIsNamedToWhoReadsTooAndOtherCodecsDoWithoutIt() throws Exception {
        List<Message> messages = AvroFiles.messages(1, 3);
        try (URLClassLoader without = classPathWithout("zstd-jni")) {
            assertThat(decode(without, AvroFiles.blob(Compression.GZIP, messages)))
                    .hasToString(messages.get(0).toString());
            assertThatThrownBy(() -> decode(without, AvroFiles.blob(Compression.ZSTD, messages)))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining(AvroFiles.NAME + " cannot be read")
                    .hasMessageContaining("com.github.luben:zstd-jni");
        }
    }

    /** Returns the first message, as the classes of the loader have it. */
    private static Object decode(ClassLoader loader, Blob blob) throws Exception {
        Class<?> nameClass = loader.loadClass(BlobName.class.getName());
        Class<?> metadataClass = loader.loadClass(BlobMetadata.class.getName());
        Class<?> infoClass = loader.loadClass(BlobInfo.class.getName());
        Class<?> compression = loader.loadClass(Compression.class.getName());
        Object info = infoClass
                .getMethod("withoutChecksum", nameClass, long.class, String.class, metadataClass)
                .invoke(
                        null,
                        nameClass
                                .getMethod("of", String.class)
                                .invoke(null, blob.name().value()),
                        (long) blob.size(),
                        blob.contentType(),
                        metadataClass.getMethod("empty").invoke(null));
        Class<?> formatClass = loader.loadClass(AvroFormat.class.getName());
        Object format = formatClass
                .getConstructor(compression)
                .newInstance(compression.getField("NONE").get(null));
        Object reader = formatClass
                .getMethod("decoder", InputStream.class, infoClass)
                .invoke(format, new ByteArrayInputStream(blob.contentBytes()), info);
        return ((Iterator<?>) reader).next();
    }

    private static Object format(Object provider, Class<?> compression, String name) throws Exception {
        return provider.getClass()
                .getMethod("format", compression)
                .invoke(provider, compression.getField(name).get(null));
    }

    /** What is excluded is not on the class path of these tests either, so all of them prove that it is not missed. */
    @Test
    void whatAvroBringsAndNobodyNeedsIsNotThere() {
        assertThat(System.getProperty("java.class.path"))
                .contains("avro-1")
                .doesNotContain("commons-compress", "commons-codec", "commons-io", "commons-lang3");
    }

    private static URLClassLoader classPathWithout(String library) throws IOException {
        URL[] urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains(library))
                .map(AvroFormatProviderTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
