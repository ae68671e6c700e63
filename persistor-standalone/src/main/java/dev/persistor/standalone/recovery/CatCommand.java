package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.Exclusions;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.standalone.cli.Choice;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.Text;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code persistor cat}. Not thread-safe. */
@Command(
        name = "cat",
        description = {
            "Prints the payloads of an archive's messages, byte for byte, in blob-name order.",
            "Exit code: 0 when everything was read; 1 when something could not be read or the command failed; 3"
                    + " when no message matched (0 with --allow-empty); 64 for a wrong command line."
        },
        mixinStandardHelpOptions = true)
final class CatCommand implements Callable<Integer> {

    /** The printed form of a message. */
    enum As {
        RAW,
        JSONL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The text after a payload. */
    enum Separator {
        NEWLINE,
        NONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final CommandContext context;

    @Mixin
    private ArchiveOptions archive = new ArchiveOptions();

    @Mixin
    private UntilOption until = new UntilOption();

    @Mixin
    private ExcludeOptions exclude = new ExcludeOptions();

    @Option(
            names = "--as",
            paramLabel = "FORM",
            converter = AsName.class,
            description = "raw: payloads only. jsonl: whole messages, one JSON object on each line. Default: raw.")
    private As as = As.RAW;

    @Option(
            names = "--separator",
            paramLabel = "WHAT",
            converter = SeparatorName.class,
            description = "What to print after each raw payload: newline or none. Default: none.")
    private Separator separator = Separator.NONE;

    @Option(
            names = "--attributes",
            description =
                    "Prints the attributes before each raw payload, as lines of NAME: VALUE, then an empty line. jsonl"
                            + " always contains them.")
    private boolean attributes;

    CatCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        if (as == As.JSONL && separator == Separator.NEWLINE) {
            throw archive.wrong("--separator works only with --as raw; jsonl prints each message as a line");
        }
        Exclusions excluded = exclude.exclusions(archive);
        // Not closed: the output is the process's.
        OutputStream out = new BufferedOutputStream(context.bytes());
        try (ReadProgress progress = ReadProgress.in(context);
                OpenArchive open = archive.open(
                                context, until.time(archive), blob -> {}, progress::read, progress::content)
                        .excluding(excluded)) {
            progress.count(open);
            return print(open, progress, out);
        }
    }

    private int print(OpenArchive open, ReadProgress progress, OutputStream out) throws IOException {
        try (ArchiveReader messages = open.archive().read(open.filter(), ReadOrder.NONE)) {
            long count = 0;
            try (MessageEncoder printer = printer(out)) {
                for (; messages.hasNext(); count++) {
                    Message message = messages.next().message();
                    progress.giveWay();
                    printer.write(message);
                    if (context.onTerminal()) {
                        out.flush();
                    }
                }
            }
            out.flush();
            progress.clear();
            Findings.tell(messages.findings(), context.err());
            return archive.exitCode(context, open, count, messages.findings());
        }
    }

    private MessageEncoder printer(OutputStream out) throws IOException {
        return as == As.JSONL ? new JsonLinesFormat(Compression.NONE).encoder(out) : new Payloads(out);
    }

    /** Prints what was asked for around each payload. Not thread-safe. */
    private final class Payloads implements MessageEncoder {

        private final OutputStream out;
        private final WritableByteChannel channel;

        Payloads(OutputStream out) {
            this.out = out;
            this.channel = Channels.newChannel(out);
        }

        @Override
        public void write(Message message) throws IOException {
            if (attributes) {
                printAttributes(message, out);
            }
            channel.write(message.payload());
            if (separator == Separator.NEWLINE) {
                out.write('\n');
            }
        }

        @Override
        public void close() {}
    }

    private static void printAttributes(Message message, OutputStream out) throws IOException {
        for (Attributes.Entry entry : message.attributes()) {
            String line =
                    Text.safe(entry.name()) + ": " + Text.safe(entry.value().text()) + "\n";
            out.write(line.getBytes(StandardCharsets.UTF_8));
        }
        out.write('\n');
    }

    /** For the option. */
    static final class AsName extends Choice<As> {
        AsName() {
            super(As.values());
        }
    }

    /** For the option. */
    static final class SeparatorName extends Choice<Separator> {
        SeparatorName() {
            super(Separator.values());
        }
    }
}
