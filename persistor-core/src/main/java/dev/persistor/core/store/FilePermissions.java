package dev.persistor.core.store;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Who may read and write the files and folders that a store in a folder creates. The process's umask takes away from it, as
 * from all files. A file system without POSIX permissions uses its own defaults.
 *
 * <p>Immutable.
 */
public enum FilePermissions {
    /** The owner only: {@code rw-------}. */
    OWNER("rw-------", "rwx------"),
    /** The owner and the group: {@code rw-rw----}. The default. */
    GROUP("rw-rw----", "rwxrwx---"),
    /** Every user of the machine: {@code rw-rw-rw-}. */
    ALL("rw-rw-rw-", "rwxrwxrwx");

    /** The setting that says so. */
    public static final String SETTING = "PERSISTOR_FILE_PERMISSIONS";

    private final String ofFiles;
    private final String ofFolders;

    FilePermissions(String ofFiles, String ofFolders) {
        this.ofFiles = ofFiles;
        this.ofFolders = ofFolders;
    }

    /**
     * Reads the setting's value.
     *
     * @throws IllegalArgumentException if it is none; the message says which there are
     */
    public static FilePermissions parse(String text) {
        return Arrays.stream(values())
                .filter(value -> value.label().equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there are "
                        + Arrays.stream(values()).map(FilePermissions::label).collect(Collectors.joining(", "))));
    }

    /** Returns the value as it is written in settings. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns how to create files. */
    public FileAttribute<?>[] ofFiles(Path place) {
        return attributes(place, ofFiles);
    }

    /** Returns how to create folders. */
    public FileAttribute<?>[] ofFolders(Path place) {
        return attributes(place, ofFolders);
    }

    private static FileAttribute<?>[] attributes(Path place, String permissions) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
