package dev.persistor.standalone.explore;

import dev.persistor.core.format.Compression;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A payload as people see it: a beginning of bounded size, decompressed where the sender declared that.
 *
 * <p>Immutable.
 *
 * @param bytes the bytes to show
 * @param isWhole whether these are all
 */
record Payload(ByteBuffer bytes, boolean isWhole) {

    /** What is decompressed at most: a small payload can become huge. */
    private static final int MOST_BYTES = 1 << 20;

    /** Half a character may be at the end of a part. */
    private static final int LONGEST_CHARACTER = 4;

    /** Returns what a message's payload becomes when it is decompressed; empty where no compression is declared, or it is another. */
    static Optional<Payload> decompressed(Message message) {
        return encoding(message).flatMap(encoding -> decompress(encoding, message.payload()));
    }

    /** Returns the declared encoding of a payload. Brokers without a field for it have an attribute by convention. */
    static Optional<String> encoding(Message message) {
        return message.brokerProperties()
                .text(BrokerProperties.CONTENT_ENCODING)
                .or(() -> message.attributes().text("content-encoding"))
                .or(() -> message.attributes().text("Content-Encoding"))
                .map(text -> text.toLowerCase(Locale.ROOT));
    }

    private static Optional<Payload> decompress(String encoding, ByteBuffer payload) {
        byte[] compressed = new Payload(payload, true).copy();
        try (InputStream in = open(encoding, new ByteArrayInputStream(compressed))) {
            byte[] decoded = in.readNBytes(MOST_BYTES);
            return Optional.of(new Payload(ByteBuffer.wrap(decoded), decoded.length < MOST_BYTES || in.read() < 0));
        } catch (IOException e) {
            // It is not what the sender declared. The bytes are shown as they are.
            return Optional.empty();
        }
    }

    private static InputStream open(String encoding, InputStream in) throws IOException {
        return switch (encoding) {
            case "gzip", "x-gzip" -> Compression.GZIP.decompressReceived(in);
            case "zstd" -> Compression.ZSTD.decompressReceived(in);
            default -> throw new IOException("not a compression that is shown: " + encoding);
        };
    }

    /** Returns the bytes in an array of their own. */
    byte[] copy() {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return copy;
    }

    /** Returns the first bytes. */
    Payload first(int most) {
        if (bytes.remaining() <= most) {
            return this;
        }
        return new Payload(bytes.slice(bytes.position(), most), false);
    }

    /** Returns the text, if the bytes are UTF-8; of a part, without half a character at its end. */
    Optional<String> text() {
        int length = bytes.remaining();
        int shortest = isWhole ? length : Math.max(0, length - LONGEST_CHARACTER + 1);
        for (int end = length; end >= shortest; end--) {
            Optional<String> text = decode(bytes.slice(bytes.position(), end));
            if (text.isPresent()) {
                return text;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> decode(ByteBuffer bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes)
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
