package dev.persistor.testkit.hostile;

import dev.persistor.testkit.hostile.HostileBlob.Content;
import dev.persistor.testkit.hostile.HostileBlob.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Generates hostile files. The same seed gives the same files: how long, how deep and how many varies with it, and so does what
 * comes around the attack. Sizes are made for a heap of 256 MiB.
 *
 * <p>Not thread-safe.
 */
public final class HostileBlobs {

    private static final int MIB = 1 << 20;
    private static final String GOOD =
            "{\"id\":\"%s\",\"publishTime\":\"2026-01-31T02:10:00Z\",\"source\":\"orders\",%s}\n";

    private final Random random;
    private final List<HostileBlob> blobs = new ArrayList<>();

    private HostileBlobs(long seed) {
        this.random = new Random(seed);
    }

    /** Returns the files of a seed: 40 of them, small as they are stored. */
    public static List<HostileBlob> of(long seed) {
        HostileBlobs hostile = new HostileBlobs(seed);
        hostile.addLines();
        hostile.addCompressed();
        hostile.addAvro();
        hostile.addForeignLayouts();
        return List.copyOf(hostile.blobs);
    }

    private int vary(int least) {
        return least + random.nextInt(1 + least / 4);
    }

    private void add(String suffix, String attack, Outcome outcome, long messages, Content content) {
        String name = String.format("orders/2026/01/31/02/hostile-%02d%s", blobs.size() + 1, suffix);
        blobs.add(new HostileBlob(name, "", attack, outcome, messages, content));
    }

    /** Adds a compressed file of lines with a good line in front and one behind. */
    private void addLine(String attack, Outcome outcome, long messages, Content line) {
        add(".jsonl.gz", attack, outcome, messages, gzip(out -> {
            write(good("first"), out);
            line.writeTo(out);
            write("\n" + good("last"), out);
        }));
    }

    private static String good(String id) {
        return String.format(GOOD, id, "\"data\":\"good\"");
    }

    private static void write(String text, OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Content gzip(Content content) {
        return out -> {
            GZIPOutputStream compressed = new GZIPOutputStream(out, 1 << 16);
            content.writeTo(compressed);
            compressed.finish();
        };
    }

    /** A line with a text of so many characters in it. */
    private static Content lineAround(String before, char c, long count, String behind) {
        return out -> {
            write(before, out);
            Repeated.write(c, count, out);
            write(behind, out);
        };
    }

    private static String envelope(String id, String rest) {
        String line = String.format(GOOD, id, rest);
        return line.substring(0, line.length() - "}\n".length());
    }

    private void addLines() {
        int large = vary(40 * MIB);
        int many = vary(300_000);
        String time = "\"publishTime\":\"2026-01-31T02:10:00Z\",\"source\":\"orders\",\"data\":\"\"}";
        addLine(
                "a payload as one line of 40 MiB",
                Outcome.DAMAGED,
                2,
                lineAround("{\"id\":\"1\",\"data\":\"", 'x', large, "\"," + time));
        addLine(
                "a payload in Base64 as one line of 40 MiB",
                Outcome.DAMAGED,
                2,
                lineAround("{\"id\":\"1\",\"data_base64\":\"", 'A', large / 4 * 4L, "\"," + time));
        addLine("an id of 40 MiB", Outcome.DAMAGED, 2, lineAround("{\"id\":\"", 'x', large, "\"," + time));
        addLine(
                "an attribute's name of 12 MiB, which is allowed",
                Outcome.WHOLE,
                3,
                lineAround("{\"id\":\"1\",\"attributes\":{\"", 'x', 12L * MIB, "\":\"v\"}," + time));
        addLine("300,000 attributes in one message", Outcome.DAMAGED, 2, attributes(many, time));
        addLine("300,000 typed attributes in one message", Outcome.DAMAGED, 2, typedAttributes(many, time));
        addLine(
                "a typed decimal of a million digits",
                Outcome.DAMAGED,
                2,
                lineAround("{\"id\":\"1\",\"typedAttributes\":[[\"n\",\"", '7', vary(MIB), "\",\"decimal\"]]," + time));
        addLine(
                "an offset of a million digits",
                Outcome.DAMAGED,
                2,
                lineAround("{\"id\":\"1\",\"partition\":\"0\",\"offset\":", '7', vary(MIB), "," + time));
        addLine("arrays in arrays, 4 million deep", Outcome.DAMAGED, 2, lineAround("{\"x\":", '[', vary(4 * MIB), ""));
        addLine("a million unknown fields", Outcome.WHOLE, 3, unknownFields(vary(1_000_000), time));
        addLine("names of a megabyte, another one in each of 100 messages", Outcome.WHOLE, 102, largeNames(100, time));
        addLine("128 MiB of blank lines", Outcome.WHOLE, 2, out -> Repeated.write('\n', 128L * MIB, out));
        addLine("a line of 128 MiB of zeros", Outcome.DAMAGED, 2, out -> Repeated.write('\0', 128L * MIB, out));
        byte[] garbage = new byte[vary(2 * MIB)];
        random.nextBytes(garbage);
        add(".jsonl", "random bytes", Outcome.DAMAGED, 0, out -> out.write(garbage));
        add(".jsonl", "bytes that are no UTF-8 in a payload", Outcome.DAMAGED, 2, out -> {
            write(good("1") + envelope("2", "\"data\":\""), out);
            out.write(new byte[] {(byte) 0xC0, (byte) 0x80, (byte) 0xFF, '"', '}', '\n'});
            write(good("3"), out);
        });
    }

    private static Content attributes(int count, String behind) {
        return out -> {
            StringBuilder line = new StringBuilder("{\"id\":\"1\",\"attributes\":{\"a\":\"\"");
            for (int i = 0; i < count; i++) {
                line.append(",\"").append(i).append("\":\"\"");
            }
            write(line + "}," + behind, out);
        };
    }

    private static Content typedAttributes(int count, String behind) {
        return out -> {
            write("{\"id\":\"1\",\"typedAttributes\":[[\"a\",\"\"]", out);
            Repeated.write(",[\"a\",\"\"]", count, out);
            write("]," + behind, out);
        };
    }

    private static Content unknownFields(int count, String behind) {
        return out -> {
            write("{\"id\":\"1\"", out);
            for (int i = 0; i < count; i++) {
                write(",\"f" + i + "\":0", out);
            }
            write("," + behind, out);
        };
    }

    /** With a blank in front, which leaves each line to the parser. */
    private static Content largeNames(int count, String behind) {
        return out -> {
            for (int i = 0; i < count; i++) {
                write((i == 0 ? "" : "\n") + " {\"id\":\"n" + i + "\",\"attributes\":{\"" + i, out);
                Repeated.write('n', MIB, out);
                write("\":\"\"}," + behind, out);
            }
        };
    }

    private void addCompressed() {
        Content three = out -> write(good("1") + good("2") + good("3"), out);
        add(".jsonl.gz", "gzip with rubbish behind it", Outcome.DAMAGED, 3, out -> {
            gzip(three).writeTo(out);
            write("rubbish", out);
        });
        add(".jsonl.gz", "gzip with a file name of 8 MiB that never ends", Outcome.DAMAGED, 0, out -> {
            out.write(new byte[] {0x1F, (byte) 0x8B, 8, 8, 0, 0, 0, 0, 0, 0});
            Repeated.write('n', 8L * MIB, out);
        });
        int members = vary(100_000);
        add(".jsonl.gz", "100,000 empty gzip members", Outcome.DAMAGED, 0, out -> {
            for (int i = 0; i < members; i++) {
                out.write(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            }
        });
        add(".jsonl.gz", "gzip of gzip of gzip", Outcome.DAMAGED, 0, gzip(gzip(gzip(three))));
        add(".jsonl.zst", "a zstd frame of 340 MiB in 11 KiB", Outcome.DAMAGED, 0, out -> ZstdBytes.bomb(2_700, out));
        add(
                ".jsonl.zst",
                "a zstd window of 2 GiB",
                Outcome.DAMAGED,
                0,
                out -> ZstdBytes.frame(ZstdBytes.LARGEST_WINDOW, good("1"), out));
    }

    private void addAvro() {
        addAvro(
                "a header of 4 MiB",
                Outcome.DAMAGED,
                0,
                avro -> avro.magic()
                        .number(1)
                        .text("note")
                        .repeated('x', 4L * MIB)
                        .endOfHeader());
        addAvro("a header of a million entries", Outcome.DAMAGED, 0, avro -> {
            avro.magic().number(1_000_000);
            for (int i = 0; i < 1_000_000; i++) {
                avro.number(0).number(0);
            }
            avro.endOfHeader();
        });
        addAvro(
                "a schema that is nested 100,000 deep",
                Outcome.DAMAGED,
                0,
                avro -> avro.header("[".repeat(100_000), "null"));
        addAvro("a schema of 20,000 fields", Outcome.FOREIGN, 0, avro -> avro.header(schemaOf(20_000), "null"));
        addAvro("no schema", Outcome.DAMAGED, 0, avro -> avro.magic().endOfHeader());
        addBlock(
                "a block of more bytes than there are",
                avro -> avro.number(5).number(Long.MAX_VALUE).text("x").marker());
        addBlock(
                "a block of less than no messages",
                avro -> avro.number(-5).number(3).text("xx").marker());
        addBlock("a block of 2^60 messages in 3 bytes", avro -> avro.block(1L << 60, out -> write("xxx", out)));
        addBlock(
                "a payload of 2^60 bytes",
                avro -> avro.block(
                        1,
                        out -> new AvroBytes(out)
                                .recordUpToAttributes("1")
                                .number(0)
                                .number(1L << 60)));
        addBlock(
                "a map of less than no entries",
                avro -> avro.block(
                        1,
                        out -> new AvroBytes(out)
                                .recordUpToAttributes("1")
                                .number(Long.MIN_VALUE)
                                .number(0)));
        addDeflated("300,000 attributes", out -> {
            AvroBytes avro = new AvroBytes(out).recordUpToAttributes("1").number(300_000);
            for (int i = 0; i < 300_000; i++) {
                avro.text("a" + i).text("");
            }
            avro.number(0).text("");
        });
        int large = vary(40 * MIB);
        addDeflated(
                "a payload of 40 MiB",
                out -> new AvroBytes(out).recordUpToAttributes("1").number(0).repeated('x', large));
        addDeflated(
                "an id of 40 MiB",
                out -> new AvroBytes(out)
                        .text("orders")
                        .repeated('x', large)
                        .number(0)
                        .number(0)
                        .text(""));
        addDeflated("a block with 128 MiB behind its message", out -> {
            new AvroBytes(out).goodRecord("1");
            Repeated.write('\0', 128L * MIB, out);
        });
        add(
                ".avro",
                "500,000 empty messages in 1 KiB",
                Outcome.WHOLE,
                500_000,
                out -> new AvroBytes(out)
                        .header(AvroBytes.PAYLOADS, "deflate")
                        .deflated(500_000, block -> Repeated.write('\0', 500_000, block)));
        add(".avro.gz", "a file of 128 MiB in 128 KiB", Outcome.DAMAGED, 1, gzip(out -> {
            new AvroBytes(out).header(AvroBytes.EXPORT, "null").block(1, block -> new AvroBytes(block).goodRecord("1"));
            Repeated.write('\0', 128L * MIB, out);
        }));
    }

    private void addAvro(String attack, Outcome outcome, long messages, Avro file) {
        add(".avro", attack + " in an Avro file", outcome, messages, out -> file.writeTo(new AvroBytes(out)));
    }

    /** Adds a file whose second block of three is hostile. */
    private void addBlock(String attack, Avro block) {
        addAvro(attack, Outcome.DAMAGED, 2, avro -> {
            avro.header(AvroBytes.EXPORT, "null").block(1, out -> new AvroBytes(out).goodRecord("first"));
            block.writeTo(avro);
            avro.block(1, out -> new AvroBytes(out).goodRecord("last"));
        });
    }

    /** Adds a file whose second message of three is hostile, in a block of its own. */
    private void addDeflated(String attack, Content message) {
        boolean hasMore = attack.contains("behind");
        addAvro(
                attack,
                Outcome.DAMAGED,
                hasMore ? 3 : 2,
                avro -> avro.header(AvroBytes.EXPORT, "deflate")
                        .deflated(1, out -> new AvroBytes(out).goodRecord("first"))
                        .deflated(1, message)
                        .deflated(1, out -> new AvroBytes(out).goodRecord("last")));
    }

    private static String schemaOf(int fields) {
        StringBuilder schema = new StringBuilder("{\"type\":\"record\",\"name\":\"com.acme.Wide\",\"fields\":[");
        for (int i = 0; i < fields; i++) {
            schema.append(i == 0 ? "" : ",").append("{\"name\":\"f").append(i).append("\",\"type\":\"int\"}");
        }
        return schema.append("]}").toString();
    }

    private void addForeignLayouts() {
        int large = vary(40 * MIB);
        int deep = vary(MIB);
        blobs.add(new HostileBlob(
                "exports/2026-01-31T02:10:00+00:00_hostile.txt.gz",
                "pubsub-text",
                "a line of 40 MiB in a text export",
                Outcome.DAMAGED,
                2,
                gzip(out -> {
                    write("first\n", out);
                    Repeated.write('x', large, out);
                    write("\nlast\n", out);
                })));
        blobs.add(new HostileBlob(
                "2026/01/31/02/hostile-77.json.gz",
                "persistor-gcp",
                "a payload of 40 MiB in an object of the old Persistor",
                Outcome.DAMAGED,
                0,
                gzip(out -> Repeated.write('x', large, out))));
        blobs.add(new HostileBlob(
                "HOSTILE/2026/1/31/2-10.txt.gz",
                "persistor-azure",
                "records that are too long, too deep and too wide",
                Outcome.DAMAGED,
                2,
                gzip(out -> {
                    write("{\"DATA\":\"first\"}", out);
                    lineAround("{\"DATA\":\"", 'x', large, "\"}").writeTo(out);
                    lineAround("{\"DATA\":{\"x\":", '[', deep, "").writeTo(out);
                    lineAround("", ']', deep, "}}\n").writeTo(out);
                    write("{\"DATA\":\"\",\"METADATA\":{\"a\":\"\"", out);
                    Repeated.write(",\"a\":\"\"", 300_000, out);
                    write("}}{\"DATA\":\"last\"}", out);
                })));
    }

    /** Writes an Avro file. */
    private interface Avro {
        void writeTo(AvroBytes avro) throws IOException;
    }
}
