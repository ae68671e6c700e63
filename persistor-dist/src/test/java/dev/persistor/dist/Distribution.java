package dev.persistor.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What the build packed, and how to unpack each. */
enum Distribution {
    TAR(".tar.gz", true),
    ZIP(".zip", true),
    LINUX_X64("-linux-x64.tar.gz", false),
    DEBIAN(".deb", true);

    static final String NAME = "persistor-" + System.getProperty("persistor.version");

    private final String suffix;
    private final boolean needsJava;

    Distribution(String suffix, boolean needsJava) {
        this.suffix = suffix;
        this.needsJava = needsJava;
    }

    boolean needsJava() {
        return needsJava;
    }

    Path file() {
        return Path.of("target", NAME + suffix).toAbsolutePath();
    }

    /** Returns the folder of the command in the one where it was unpacked. */
    Path home(Path folder) {
        return folder.resolve(this == DEBIAN ? "usr/share/persistor" : NAME);
    }

    /** Unpacks it into an empty folder. */
    void unpack(Path folder) throws IOException, InterruptedException {
        switch (this) {
            case ZIP -> unzip(folder);
            case DEBIAN -> run("dpkg-deb", "-x", file().toString(), folder.toString());
            default -> run("tar", "-xzpf", file().toString(), "-C", folder.toString());
        }
    }

    /** As "unzip" does on Linux, where it sets the modes of the archive. */
    private void unzip(Path folder) throws IOException {
        try (ZipFile zip = new ZipFile(file().toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                Path file = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip.getInputStream(entry), file);
                }
            }
        }
        Path launcher = folder.resolve(NAME).resolve("bin/persistor");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("persistor-dist", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            String text = Files.readString(output);
            assertThat(process.exitValue()).as("%s: %s", List.of(command), text).isZero();
            return text;
        } finally {
            Files.delete(output);
        }
    }
}
