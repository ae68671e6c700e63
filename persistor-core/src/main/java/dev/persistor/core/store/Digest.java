package dev.persistor.core.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Collects what tells one thing from another, and gives the beginning of its SHA-256 in hexadecimal.
 *
 * <p>Not thread-safe.
 */
public final class Digest {

    private final MessageDigest sha256;

    /** Starts with nothing. */
    public Digest() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Adds a text with its length before it, so that no two sequences of texts are the same, in UTF-16, because UTF-8
     * gives all lone surrogates the same byte.
     */
    public Digest add(String text) {
        sha256.update(utf16(text.length() + ":" + text));
        return this;
    }

    /** The charset of that name takes ten times as long, and makes one character of all lone surrogates. */
    private static byte[] utf16(String text) {
        byte[] bytes = new byte[text.length() * Character.BYTES];
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            bytes[2 * i] = (byte) (unit >> Byte.SIZE);
            bytes[2 * i + 1] = (byte) unit;
        }
        return bytes;
    }

    /** Adds the buffer's remaining bytes; the buffer keeps its position. */
    public Digest add(ByteBuffer bytes) {
        sha256.update(bytes.duplicate());
        return this;
    }

    /**
     * Returns the first bytes of the digest, two hexadecimal digits each, and starts anew.
     *
     * @param bytes how many, 32 at most
     */
    public String hex(int bytes) {
        return HexFormat.of().formatHex(sha256.digest(), 0, bytes);
    }
}
