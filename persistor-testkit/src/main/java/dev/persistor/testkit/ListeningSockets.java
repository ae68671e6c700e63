package dev.persistor.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sockets that listen on a port, by the inodes that Linux shows under {@code /proc}.
 *
 * @param inodes what {@code /proc/PID/fd} calls them: {@code socket:[NUMBER]}
 */
record ListeningSockets(Set<String> inodes) {

    private static final Path PROCESSES = Path.of("/proc");
    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    /** Tells whether this system shows whose a socket is. */
    static boolean areShown() {
        return Files.isReadable(PROCESSES.resolve("net/tcp"))
                && Files.isDirectory(PROCESSES.resolve("self").resolve("fd"));
    }

    static ListeningSockets on(int port) {
        return new ListeningSockets(Stream.of("net/tcp", "net/tcp6")
                .map(PROCESSES::resolve)
                .filter(Files::isReadable)
                .flatMap(table -> listening(table, port))
                .collect(Collectors.toUnmodifiableSet()));
    }

    private static Stream<String> listening(Path table, int port) {
        String suffix = String.format(":%04X", port);
        try {
            return Files.readAllLines(table).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(columns -> columns[LOCAL_ADDRESS].endsWith(suffix) && columns[STATE].equals(LISTENING))
                    .map(columns -> "socket:[" + columns[INODE] + "]");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isEmpty() {
        return inodes.isEmpty();
    }

    /** Tells whether one of them still listens on a port. */
    boolean stillOn(int port) {
        return on(port).inodes().stream().anyMatch(inodes::contains);
    }

    /** Returns those that none of these processes has. */
    ListeningSockets without(Stream<ProcessHandle> processes) {
        Set<String> others = new HashSet<>(inodes);
        processes.forEach(process -> others.removeAll(openFiles(process.pid())));
        return new ListeningSockets(Set.copyOf(others));
    }

    private static Set<String> openFiles(long pid) {
        try (Stream<Path> descriptors = Files.list(PROCESSES.resolve(pid + "/fd"))) {
            return descriptors.map(ListeningSockets::target).collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException e) {
            // The process has ended, or belongs to another user: none of its files is known.
            return Set.of();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // It was closed after it was listed.
            return "";
        }
    }
}
