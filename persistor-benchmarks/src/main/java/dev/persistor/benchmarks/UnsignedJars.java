package dev.persistor.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Jars whose signatures are gone, and nothing else. */
final class UnsignedJars {

    private UnsignedJars() {}

    /** Copies jars into a folder, which is made, without their signatures. */
    static List<Path> copy(List<Path> jars, Path folder) throws IOException {
        Files.createDirectory(folder);
        List<Path> copies = new ArrayList<>();
        for (Path jar : jars) {
            Path copy = Files.copy(jar, folder.resolve(jar.getFileName()));
            removeSignatures(copy);
            copies.add(copy);
        }
        return copies;
    }

    private static void removeSignatures(Path jar) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(jar);
                DirectoryStream<Path> signatures =
                        Files.newDirectoryStream(zip.getPath("META-INF"), "*.{SF,RSA,DSA,EC}")) {
            for (Path signature : signatures) {
                Files.delete(signature);
            }
        }
    }
}
