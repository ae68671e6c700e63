package example;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Keeps blobs in a ZIP file that one process writes. Each new blob writes the whole file again, so it suits small archives.
 *
 * <p>Thread-safe.
 */
final class ZipDriver implements BlobDriver {

    private final Path file;

    ZipDriver(Path file) throws IOException {
        this.file = file.toAbsolutePath();
        if (!Files.exists(file)) {
            new ZipOutputStream(Files.newOutputStream(file)).close();
        }
    }

    @Override
    public String address() {
        return "zip:" + file + "!/";
    }

    @Override
    public BlobLimits limits() {
        return new BlobLimits(1_024, 1_024, 16_384);
    }

    @Override
    public synchronized boolean create(String key, Blob blob) throws IOException {
        if (find(key).isPresent()) {
            return false;
        }
        Path next = Files.createTempFile(file.getParent(), "next", ".zip");
        try {
            write(next, key, blob);
            // A crash leaves the file of before or this one, whole.
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.getParent())) {
                folder.force(true);
            }
            return true;
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private void write(Path next, String key, Blob blob) throws IOException {
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE);
                ZipOutputStream to = new ZipOutputStream(Channels.newOutputStream(channel));
                ZipFile from = new ZipFile(file.toFile())) {
            for (ZipEntry entry : from.stream().toList()) {
                byte[] content = from.getInputStream(entry).readAllBytes();
                add(to, entry.getName(), entry.getComment(), content);
            }
            add(to, key, comment(blob), blob.contentBytes());
            to.finish();
            channel.force(true);
        }
    }

    private static void add(ZipOutputStream to, String key, String comment, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(key);
        entry.setComment(comment);
        to.putNextEntry(entry);
        to.write(content);
    }

    /** The checksum, the content type and each key with its value, a line each. Encoded values have no line breaks. */
    private static String comment(Blob blob) {
        StringBuilder lines = new StringBuilder(blob.crc32c() + "\n" + blob.contentType());
        for (Map.Entry<String, String> keyAndValue : blob.metadata().encoded().entrySet()) {
            lines.append('\n').append(keyAndValue);
        }
        return lines.toString();
    }

    private static BlobInfo describe(ZipEntry entry) {
        String[] lines = entry.getComment().split("\n", -1);
        BlobName key = BlobName.listed(entry.getName());
        BlobMetadata metadata = BlobMetadata.decode(Arrays.stream(lines)
                .skip(2)
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
        return BlobInfo.of(key, entry.getSize(), lines[1], metadata, Integer.parseInt(lines[0]));
    }

    @Override
    public Optional<BlobInfo> find(String key) throws IOException {
        return open(key).map(OpenBlob::info);
    }

    @Override
    public Optional<OpenBlob> open(String key) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(key);
            if (entry == null) {
                return Optional.empty();
            }
            byte[] content = zip.getInputStream(entry).readAllBytes();
            return Optional.of(new OpenBlob(describe(entry), new ByteArrayInputStream(content)));
        }
    }

    @Override
    public BlobPage page(BlobRange range) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return BlobPage.last(zip.stream()
                    .map(ZipDriver::describe)
                    .sorted(Comparator.comparing(BlobInfo::name))
                    .toList());
        }
    }

    @Override
    public FailureKind kindOf(Exception failure) {
        return failure instanceof IOException ? FailureKind.RETRYABLE : FailureKind.PERMANENT;
    }
}
