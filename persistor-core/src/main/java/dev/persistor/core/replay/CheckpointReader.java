package dev.persistor.core.replay;

import dev.persistor.core.store.PercentEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Reads the lines of a checkpoint, of which there may be hundreds of millions. Not thread-safe. */
final class CheckpointReader {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int HALF = 16;
    /** The value of each byte that is a hexadecimal digit, and -1 for all others. */
    private static final byte[] DIGITS = digits();

    private final String name;
    private final InputStream lines;
    private final CheckpointNotes notes;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;
    /** The position of the first line that was not read. */
    private long position;

    private boolean isHex;

    CheckpointReader(String name, InputStream lines, CheckpointNotes notes) {
        this.name = name;
        this.lines = lines;
        this.notes = notes;
    }

    private static byte[] digits() {
        byte[] digits = new byte[256];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = (byte) (HexFormat.isHexDigit(i) ? HexFormat.fromHexDigit(i) : -1);
        }
        return digits;
    }

    /** Returns the first line, if there is a whole one. */
    Optional<String> firstLine() throws IOException {
        int end = endOfLine(0);
        while (end < 0 && fill()) {
            end = endOfLine(0);
        }
        if (end < 0) {
            return Optional.empty();
        }
        String line = new String(buffer, 0, end, StandardCharsets.UTF_8);
        drop(end + 1);
        return Optional.of(line);
    }

    /** Takes the notes of all other lines, and returns the length of the whole lines: a kill may have torn the last. */
    long rest() throws IOException {
        do {
            int start = 0;
            for (int end = endOfLine(start); end >= 0; end = endOfLine(start)) {
                take(start, end);
                start = end + 1;
            }
            drop(start);
        } while (fill());
        return position;
    }

    /** Makes room for a line that is longer than the buffer, and returns false at the end. */
    private boolean fill() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.multiplyExact(2, buffer.length));
        }
        int read = lines.read(buffer, filled, buffer.length - filled);
        filled += Math.max(0, read);
        return read > 0;
    }

    private int endOfLine(int start) {
        for (int i = start; i < filled; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void drop(int bytes) {
        System.arraycopy(buffer, bytes, buffer, 0, filled - bytes);
        filled -= bytes;
        position += bytes;
    }

    private void take(int start, int end) {
        boolean isTaken = end - start == Checkpoint.DIGEST_LINE - 1
                ? takeDigest((char) buffer[start], start + 1)
                : takeText(new String(buffer, start, end - start, StandardCharsets.UTF_8));
        if (!isTaken) {
            throw new IllegalArgumentException(
                    name + " is damaged: the line at byte " + (position + start) + " is not a checkpoint entry");
        }
    }

    private boolean takeDigest(char mark, int at) {
        isHex = true;
        CheckpointNotes.Digest128 digest = new CheckpointNotes.Digest128(number(at), number(at + HALF));
        if (!isHex) {
            return false;
        }
        switch (mark) {
            case Checkpoint.BEGUN -> notes.begun(digest);
            case Checkpoint.PUBLISHED -> notes.published(digest);
            case Checkpoint.REFUSED -> notes.failed(digest, false);
            case Checkpoint.UNKNOWN -> notes.failed(digest, true);
            case Checkpoint.TAKEN_BACK -> notes.takenBack(digest);
            default -> {
                return false;
            }
        }
        return true;
    }

    private long number(int at) {
        long number = 0;
        for (int i = at; i < at + HALF; i++) {
            int digit = DIGITS[buffer[i] & 0xFF];
            isHex &= digit >= 0;
            number = number << 4 | digit;
        }
        return number;
    }

    /** A word says what is noted, and further ones of what. */
    private boolean takeText(String line) {
        String[] words = line.split(" ", -1);
        try {
            switch (words[0]) {
                case Checkpoint.ACCEPTED -> {
                    if (words.length > 1) {
                        return false;
                    }
                    notes.accepted();
                }
                case Checkpoint.UNREADABLE -> notes.unreadable(name(words));
                case Checkpoint.READABLE -> notes.readable(name(words));
                case Checkpoint.ID -> notes.id(words[1]);
                case Checkpoint.TRANSACTION -> notes.transactions().begun(Long.parseLong(words[1]));
                case Checkpoint.SENT ->
                    notes.transactions()
                            .sent(CheckpointNotes.Digest128.of(words[1]), CheckpointTransactions.answer(words, 2));
                case Checkpoint.COMMITTED -> notes.committed(Long.parseLong(words[1]));
                case Checkpoint.ROLLED_BACK -> notes.transactions().rolledBack();
                default -> {
                    return false;
                }
            }
            return true;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    /** An encoded name has no space. */
    private static String name(String[] words) {
        return Optional.of(words)
                .filter(all -> all.length == 2)
                .flatMap(all -> PercentEncoding.decode(all[1]))
                .orElseThrow(IllegalArgumentException::new);
    }
}
