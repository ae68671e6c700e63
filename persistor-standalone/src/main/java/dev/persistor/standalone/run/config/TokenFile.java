package dev.persistor.standalone.run.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file with one token on each line; blank lines are skipped.
 *
 * <p>Immutable.
 */
public final class TokenFile {

    private final Path path;

    private TokenFile(Path path) {
        this.path = path;
    }

    /**
     * Returns the file at a path, after reading it once.
     *
     * @throws IllegalArgumentException if it cannot be read, or has no token
     */
    static TokenFile parse(String text) {
        try {
            TokenFile file = new TokenFile(Path.of(text.strip()));
            file.read();
            return file;
        } catch (InvalidPathException | NoSuchFileException e) {
            throw new IllegalArgumentException("file not found", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the tokens.
     *
     * @throws IOException if the file does not exist, or it cannot be read
     * @throws IllegalArgumentException if contains no token, or a line that is none; the message does not show it
     */
    public List<String> read() throws IOException {
        try {
            List<String> tokens = Files.readAllLines(path).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(CaptureSettings::token)
                    .toList();
            if (tokens.isEmpty()) {
                throw new IllegalArgumentException("contains no token");
            }
            return tokens;
        } catch (CharacterCodingException e) {
            throw new IOException("not UTF-8 text", e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
