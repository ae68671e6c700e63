package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.message.Position;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.ReplayListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of comma-separated values that maps the old offset of each message to the new one. A row is written before the checkpoint
 * says that its message is published, so that after a kill there may be a row twice, and none is missing.
 *
 * <p>Not thread-safe.
 */
final class OffsetMap implements ReplayListener, AutoCloseable {

    private static final String HEADER = "source,log,partition,offset,new_partition,new_offset";
    /**
     * A source with a comma or a quotation mark is in quotation marks, where a quotation mark is
     * doubled.
     */
    private static final Pattern ROW =
            Pattern.compile("(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*)),([^,\"]*),([^,\"]+),([0-9]+),([0-9]+),([0-9]+)");

    private static final Pattern PLAIN = Pattern.compile("[^,\"]*");

    private final LineFile file;

    private OffsetMap(LineFile file) {
        this.file = file;
    }

    /**
     * A row.
     *
     * @param source the source of the message
     * @param old its old place
     * @param newPartition its new partition
     * @param newOffset its new offset there
     */
    record Row(String source, Position old, int newPartition, long newOffset) {}

    /**
     * Opens a file at its end, or begins it.
     *
     * @throws IllegalArgumentException if the file is no offset map
     * @throws UncheckedIOException if it cannot be read and written
     */
    static OffsetMap append(Path path) {
        LineFile file = LineFile.open(path, "offset map");
        try {
            OffsetMap map = new OffsetMap(file);
            if (file.isEmpty()) {
                map.write(HEADER);
            } else {
                requireHeader(path);
                file.removeTornLine();
            }
            return map;
        } catch (IOException e) {
            file.close();
            throw new UncheckedIOException("cannot write the offset map " + path, e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void requireHeader(Path path) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            if (!HEADER.equals(lines.readLine())) {
                throw new IllegalArgumentException(path + " is not an offset map: its first line is not " + HEADER);
            }
        }
    }

    @Override
    public void published(ArchivedMessage message, Published answer) {
        Optional<Position> old = message.message().position();
        if (old.isPresent() && answer.position().isPresent()) {
            Position at = answer.position().get();
            write(String.join(
                    ",",
                    quoted(message.message().source()),
                    old.get().log(),
                    old.get().partition(),
                    Long.toString(old.get().offset()),
                    at.partition(),
                    Long.toString(at.offset())));
        }
    }

    /** A row is a line, so a line break becomes a blank: no topic has one. */
    private static String quoted(String name) {
        String source = name.replaceAll("[\\r\\n]", " ");
        return PLAIN.matcher(source).matches() ? source : "\"" + source.replace("\"", "\"\"") + "\"";
    }

    private void write(String row) {
        file.write((row + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads all rows.
     *
     * @throws IllegalArgumentException if the file is no offset map, or a row is malformed
     * @throws UncheckedIOException if it cannot be read
     */
    static void each(Path path, Consumer<Row> reader) {
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            requireHeader(path);
            lines.readLine();
            long number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                reader.accept(row(path, number, line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the offset map " + path, e);
        }
    }

    private static Row row(Path path, long number, String line) {
        Matcher row = ROW.matcher(line);
        try {
            if (row.matches()) {
                String source =
                        row.group(1) == null ? row.group(2) : row.group(1).replace("\"\"", "\"");
                Position old = new Position(row.group(3), row.group(4), Long.parseLong(row.group(5)));
                return new Row(source, old, Integer.parseInt(row.group(6)), Long.parseLong(row.group(7)));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(path + ", line " + number + ": not a row of " + HEADER);
    }

    @Override
    public void close() {
        file.close();
    }
}
