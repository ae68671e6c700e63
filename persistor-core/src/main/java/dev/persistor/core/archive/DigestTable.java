package dev.persistor.core.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A set of 128-bit digests, each with a few numbers, for more digests than the heap can hold. A row is never changed or removed.
 *
 * <p>New rows are in a hash table on the heap. When that is full, its rows go to a sorted temporary file, of which the heap keeps
 * one number for every 128 rows. A Bloom filter tells for nearly all digests that a file does not hold them. Files that lie side by
 * side in time are merged until they have eight times the rows of the table. They are not merged further: digests that are asked
 * for in the order in which they were added are found in the same few pages then, and not all over the disk.
 *
 * <p>Temporary files are in the folder that {@code java.io.tmpdir} names. They vanish with the process, also when it is killed.
 *
 * <p>Not thread-safe; {@link #get} may be called by many threads once no row is added any more.
 */
public final class DigestTable implements AutoCloseable {

    private static final long LEAST_MEMORY = 1L << 20;
    private static final long MOST_MEMORY = 128L << 20;
    /** Two tables are open in a replay that continues, beside what it sorts and reads ahead. */
    private static final int PART_OF_HEAP = 8;

    private static final int FIRST_SLOTS = 1 << 10;
    /** Probing does not wrap around, so that rows stay almost sorted: these slots take what is pushed past the end. */
    private static final int SLACK = 256;

    private static final int MERGED_FILES = 8;

    private final int stride;
    private final int mostSlots;
    private final Path folder;
    /** A row whose key is zero is an empty slot. */
    private long[] rows;

    private int slots = FIRST_SLOTS;
    private int inMemory;
    private long size;
    private final List<DigestFile> small = new ArrayList<>();
    private final List<DigestFile> merged = new ArrayList<>();
    /** The position of the last found row: a hint that threads may overwrite. */
    private volatile DigestFile[] lookup = {};

    /** Makes an empty table for rows of so many numbers each; it takes an eighth of the heap, and 128 MiB at most. */
    public DigestTable(int numbers) {
        this(
                numbers,
                Math.max(
                        LEAST_MEMORY, Math.min(MOST_MEMORY, Runtime.getRuntime().maxMemory() / PART_OF_HEAP)),
                Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Makes an empty table with so many bytes of memory for new rows, and a folder for temporary files. */
    DigestTable(int numbers, long memory, Path folder) {
        this.folder = folder;
        this.stride = DigestFile.KEY + numbers;
        this.mostSlots = (int) Math.max(FIRST_SLOTS, Long.highestOneBit(memory / Long.BYTES / stride));
        this.rows = new long[(slots + SLACK) * stride];
    }

    /**
     * Adds a row, unless there is one of the digest.
     *
     * @param high the first half of the digest
     * @param low the other half
     * @param numbers as many as the table's rows have
     * @return whether the digest is new
     * @throws UncheckedIOException if the temporary files cannot be written or read
     */
    public boolean add(long high, long low, long... numbers) {
        long key = key(high, low);
        long second = second(key, high);
        if (isInMemory(slot(key, second)) || isInFile(key, second)) {
            return false;
        }
        makeRoom();
        int at = slot(key, second);
        while (at == rows.length) {
            spill();
            at = slot(key, second);
        }
        rows[at] = key;
        rows[at + 1] = second;
        System.arraycopy(numbers, 0, rows, at + DigestFile.KEY, stride - DigestFile.KEY);
        inMemory++;
        size++;
        return true;
    }

    /**
     * Returns the numbers of a digest's row, if there is one.
     *
     * @throws UncheckedIOException if a temporary file cannot be read
     */
    public Optional<long[]> get(long high, long low) {
        long key = key(high, low);
        long second = second(key, high);
        int at = slot(key, second);
        if (isInMemory(at)) {
            return Optional.of(Arrays.copyOfRange(rows, at + DigestFile.KEY, at + stride));
        }
        return find(key, second);
    }

    /** Tells whether there is a row of a digest. */
    public boolean contains(long high, long low) {
        return get(high, low).isPresent();
    }

    /** Returns how many rows there are. */
    public long size() {
        return size;
    }

    /** Returns how many bytes the temporary files have. */
    public long bytesOnDisk() {
        return Arrays.stream(lookup).mapToLong(DigestFile::bytes).sum();
    }

    /** Rows are sorted by this, so it must be spread evenly even if all digests have the same half. */
    private static long key(long high, long low) {
        return high ^ low;
    }

    /** A row of two zeros is an empty slot. */
    private static long second(long key, long high) {
        return key == 0 && high == 0 ? 1 : high;
    }

    /** Returns where a row is or would go; the length of the table if there is no place for it. */
    private int slot(long key, long second) {
        int at = (int) (key >>> (Long.SIZE - Integer.numberOfTrailingZeros(slots))) * stride;
        while (at < rows.length && (rows[at] != key || rows[at + 1] != second) && (rows[at] | rows[at + 1]) != 0) {
            at += stride;
        }
        return at;
    }

    private boolean isInMemory(int at) {
        return at < rows.length && (rows[at] | rows[at + 1]) != 0;
    }

    private boolean isInFile(long key, long second) {
        return lookup.length > 0 && find(key, second).isPresent();
    }

    /** Looks first where the last row was found, and moves that file to the front. */
    private Optional<long[]> find(long key, long second) {
        DigestFile[] files = lookup;
        for (int i = 0; i < files.length; i++) {
            Optional<long[]> found = files[i].find(key, second);
            if (found.isPresent()) {
                if (i > 0) {
                    DigestFile[] reordered = files.clone();
                    System.arraycopy(files, 0, reordered, 1, i);
                    reordered[0] = files[i];
                    lookup = reordered;
                }
                return found;
            }
        }
        return Optional.empty();
    }

    private void makeRoom() {
        if (3L * inMemory < 2L * slots) {
            return;
        }
        if (slots == mostSlots) {
            spill();
        } else {
            grow();
        }
    }

    private void grow() {
        long[] before = rows;
        slots *= 2;
        rows = new long[(slots + SLACK) * stride];
        for (int from = 0; from < before.length; from += stride) {
            if ((before[from] | before[from + 1]) != 0) {
                // There is room: each row has at most as many before it as it had in the smaller table.
                System.arraycopy(before, from, rows, slot(before[from], before[from + 1]), stride);
            }
        }
    }

    private void spill() {
        try {
            small.add(DigestFile.write(folder, sorted(), stride));
            Arrays.fill(rows, 0);
            inMemory = 0;
            if (small.size() == MERGED_FILES) {
                merged.add(DigestFile.merge(folder, small, stride));
                closeAll(small);
                small.clear();
            }
            List<DigestFile> all = new ArrayList<>(merged);
            all.addAll(small);
            lookup = all.toArray(DigestFile[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "temporary files for the digests of messages cannot be written in " + folder
                            + "; free space there, or set another folder with -Djava.io.tmpdir",
                    e);
        }
    }

    /** Moves the rows to the front of the table, sorted: each is a few rows from its place at most. */
    private DigestFile.Rows sorted() {
        long[] row = new long[stride];
        int end = 0;
        for (int from = 0; from < rows.length; from += stride) {
            if ((rows[from] | rows[from + 1]) != 0) {
                System.arraycopy(rows, from, row, 0, stride);
                insert(row, end);
                end += stride;
            }
        }
        return DigestFile.Rows.of(rows, end, stride);
    }

    private void insert(long[] row, int end) {
        int at = end;
        while (at > 0 && DigestFile.compare(rows[at - stride], rows[at - stride + 1], row[0], row[1]) > 0) {
            System.arraycopy(rows, at - stride, rows, at, stride);
            at -= stride;
        }
        System.arraycopy(row, 0, rows, at, stride);
    }

    private static void closeAll(List<DigestFile> files) throws IOException {
        for (DigestFile file : files) {
            file.close();
        }
    }

    /** Deletes the temporary files. */
    @Override
    public void close() {
        try {
            closeAll(small);
            closeAll(merged);
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary file cannot be closed", e);
        }
    }
}
