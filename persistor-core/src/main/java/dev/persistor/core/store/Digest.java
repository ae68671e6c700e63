package dev.persistor.core.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Collects what tells one thing from another, and gives the beginning of its SHA-256 in hexadecimal.
 *
 * <p>Not thread-safe.
 */
public final class Digest {

    /** Of any length. */
    private static final int MOST_DIGITS = 10;

    /** Texts are gathered up to here: an update for each would take longer than its few bytes. */
    private static final int GATHERED_BYTES = 4 << 10;

    private static final int FIRST_BYTES = 512;

    /** Never updated, only copied, which is several times as fast as asking the platform for a new one. */
    private static final MessageDigest EMPTY = sha256();

    private final MessageDigest sha256;
    private byte[] units = new byte[FIRST_BYTES];
    private int size;

    /** Starts with nothing. */
    public Digest() {
        try {
            this.sha256 = (MessageDigest) EMPTY.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 cannot be copied", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Adds a text with its length before it, so that no two sequences of texts are the same, in UTF-16, because UTF-8
     * gives all lone surrogates the same byte.
     */
    public Digest add(String text) {
        if (size > GATHERED_BYTES) {
            update();
        }
        ensureRoom(MOST_DIGITS + 1L + text.length());
        putNumber(text.length());
        put(':');
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
        return this;
    }

    private void update() {
        sha256.update(units, 0, size);
        size = 0;
    }

    private void ensureRoom(long characters) {
        long needed = size + characters * Character.BYTES;
        if (units.length < needed) {
            units = Arrays.copyOf(
                    units, Math.toIntExact(Math.max(needed, Math.min(2L * units.length, GATHERED_BYTES))));
        }
    }

    private void putNumber(int number) {
        if (number >= 10) {
            putNumber(number / 10);
        }
        put((char) ('0' + number % 10));
    }

    /** The charset of that name takes ten times as long, and makes one character of all lone surrogates. */
    private void put(char unit) {
        units[size++] = (byte) (unit >> Byte.SIZE);
        units[size++] = (byte) unit;
    }

    /** Adds the buffer's remaining bytes with their number before them; the buffer keeps its position. */
    public Digest addBytes(ByteBuffer bytes) {
        return add(Integer.toString(bytes.remaining())).add(bytes);
    }

    /** Adds the buffer's remaining bytes without their number; the buffer keeps its position. */
    public Digest add(ByteBuffer bytes) {
        update();
        sha256.update(bytes.duplicate());
        return this;
    }

    /**
     * Returns the first bytes of the digest, two hexadecimal digits each, and starts anew.
     *
     * @param bytes how many, 32 at most
     */
    public String hex(int bytes) {
        update();
        return HexFormat.of().formatHex(sha256.digest(), 0, bytes);
    }
}
