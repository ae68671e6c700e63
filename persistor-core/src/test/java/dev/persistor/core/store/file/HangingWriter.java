package dev.persistor.core.store.file;

import dev.persistor.core.store.FilePermissions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that has a temporary file in a store and never comes to its end. */
final class HangingWriter {

    private static final String READY = "written";

    private HangingWriter() {}

    /** Starts the process, and returns when the file is there. */
    static Process start(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HangingWriter.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        if (!READY.equals(out.readLine())) {
            process.destroyForcibly();
            throw new IOException("the writer did not start");
        }
        return process;
    }

    /** Writes a temporary file and waits for its end. */
    public static void main(String[] arguments) throws Exception {
        Path own = Path.of(arguments[0]).resolve(FileDriver.PRIVATE_FOLDER);
        Path files = Files.createDirectories(own.resolve("tmp"));
        Path writers = Files.createDirectories(own.resolve("writers"));
        try (TemporaryFiles temporary = new TemporaryFiles(files, writers, FilePermissions.GROUP)) {
            temporary.write(ByteBuffer.wrap(new byte[] {1}));
            System.out.println(READY);
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
