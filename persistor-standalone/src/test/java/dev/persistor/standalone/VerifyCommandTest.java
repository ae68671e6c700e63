package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify} claims, and what it says that it cannot know. */
class VerifyCommandTest {

    private final CommandRun command = new CommandRun();
    private @TempDir Path home;
    private Path archive;

    @BeforeEach
    void folder() {
        archive = home.resolve("archive");
    }

    private static Message at(String source, int offset) {
        return CommandRun.message(source, offset).toBuilder()
                .attributes(Attributes.empty())
                .position(new Position("3", offset))
                .build();
    }

    private void archive(String source, int... offsets) {
        CommandRun.archive(
                archive,
                IntStream.of(offsets).mapToObj(offset -> at(source, offset)).toList());
    }

    private int verify(String... options) {
        String[] line = new String[options.length + 2];
        line[0] = "verify";
        line[1] = archive.toString();
        System.arraycopy(options, 0, line, 2, options.length);
        return command.run(line);
    }

    private String verdict() {
        List<String> lines = command.out().lines().toList();
        return lines.get(lines.size() - 1);
    }

    @Test
    void itSaysForHowManySourcesADeletedBlobCanBeNoticed() {
        archive("hub", 1, 2, 3);
        assertThat(verify()).isZero();
        assertThat(verdict())
                .isEqualTo("Nothing is damaged. Offsets were compared for the only source. A blob deleted before"
                        + " the first or after the last offset cannot be detected.");
        archive("other", 1);
        assertThat(verify()).isZero();
        assertThat(verdict()).contains("Offsets were compared for all 2 sources. ");
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 2));
        assertThat(verify()).isZero();
        assertThat(verdict())
                .isEqualTo("Nothing is damaged. Offsets were compared for 2 of 3 sources; for the others, a"
                        + " deleted blob cannot be detected; use --manifest.");
        assertThat(verify("--source", "orders")).isZero();
        assertThat(verdict())
                .isEqualTo("Nothing is damaged. No source has offsets, so a deleted blob cannot be detected;"
                        + " use --manifest.");
    }

    @Test
    void withAManifestItSaysThatTheIdsWereRead() throws IOException {
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 3));
        Path ids = Files.writeString(home.resolve("ids"), "orders-0\norders-1\n");
        assertThat(verify("--manifest", ids.toString())).isZero();
        assertThat(verdict()).isEqualTo("Nothing is damaged. All 2 expected ids were read.");
    }

    @Test
    void offsetsAreNotComparedWhereTheFilterLeavesMessagesOut() {
        archive("hub", 1, 2, 3);
        assertThat(verify("--id", "hub-1", "--id", "hub-3")).isZero();
        assertThat(command.out()).contains("gaps in offsets           not searched");
        assertThat(verdict()).contains("Offsets were not compared because of --id, --key or --attr");
    }

    /** Producers of Kafka choose the times of their records. */
    @Test
    void whatWasPublishedOutsideOfTheRangeFillsGaps() {
        archive("hub", 1, 3, 5);
        CommandRun.archive(
                archive,
                List.of(at("hub", 2).toBuilder()
                        .publishTime(CommandRun.START.plusSeconds(90_000))
                        .build()));
        assertThat(verify("--to", "2026-01-31T07:00:00Z")).isEqualTo(2);
        assertThat(command.out())
                .contains("gaps in offsets                        1\n  hub, partition 3: offset 4\n")
                .contains("messages                               3\n");
    }

    @Test
    void filesOfAnotherProgramAreForeignWithTheirSchemaAndEmptyOnesAreEmpty() throws IOException {
        archive("hub", 1);
        Schema schema = SchemaBuilder.record("com.example.Click")
                .fields()
                .requiredString("page")
                .endRecord();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
            writer.create(schema, file);
            writer.append(new GenericRecordBuilder(schema).set("page", "/").build());
        }
        Files.write(archive.resolve("clicks.avro"), file.toByteArray());
        Files.createFile(archive.resolve("window.avro"));
        assertThat(verify()).as(command.out()).isZero();
        assertThat(command.out())
                .contains("damaged                                0\n")
                .contains("foreign blobs                          1\n  clicks.avro: ", "com.example.Click");
        assertThat(command.run("ls", archive.toString())).isZero();
        assertThat(command.err()).contains("foreign: clicks.avro: ", "com.example.Click");
        assertThat(verify("--json")).isZero();
        assertThat(command.bytesAsText()).contains("\"kind\":\"foreign\"", "\"foreignCount\":1");
    }
}
