package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.kafka.KafkaConsumerGroup;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import dev.persistor.standalone.cli.TimeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code persistor offsets}. Not thread-safe. */
@Command(
        name = "offsets",
        description = {
            "Sets the offsets of a Kafka consumer group in a topic: to its position in an old topic, by the offset map"
                    + " of a replay, or to a point in time. The group must have no active members. The command shows"
                    + " the offsets and asks before it sets them.",
            "Exit code: 0 when the offsets are set, or could be set with --dry-run; 1 when the command failed or"
                    + " the answer to the question was no; 64 for a wrong command line."
        },
        mixinStandardHelpOptions = true)
final class OffsetsCommand implements Callable<Integer> {

    private final CommandContext context;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Parameters(
            paramLabel = "TOPIC",
            description = "The topic that the group will read: kafka://HOST:PORT[,HOST:PORT...]/TOPIC.")
    private String topic = "";

    @Option(names = "--group", paramLabel = "NAME", required = true, description = "The consumer group.")
    private String group = "";

    @Option(
            names = "--offset-map",
            paramLabel = "FILE",
            description =
                    "The file that replay wrote with --offset-map. In each partition, the group starts at the first"
                            + " message that it had not read in the old topic.")
    private @Nullable Path map;

    @Option(
            names = "--from",
            paramLabel = "TOPIC",
            description = "With --offset-map: the topic that the group read before, such as kafka://HOST:PORT/TOPIC."
                    + " Default: the topic with the name of the source, on the same brokers.")
    private @Nullable String from;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description =
                    "With --offset-map: the source of the messages. Default: the name of the topic in --from, else of"
                            + " TOPIC.")
    private @Nullable String source;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description = "In each partition, the group starts at the first message with this timestamp or a later one,"
                    + " in the forms of --from of the other commands: 2026-01-31T07:15:00Z, '2h ago', now.")
    private @Nullable TimeText at;

    @Option(names = "--dry-run", description = "Shows the offsets and sets nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Sets the offsets without asking. Required if there is no terminal.")
    private boolean yes;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    OffsetsCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        if ((map == null) == (at == null)) {
            throw wrong("use --offset-map FILE or --at TIME");
        }
        if (map == null && (from != null || source != null)) {
            throw wrong("--from and --source require --offset-map");
        }
        if (!dryRun && !yes && !context.onTerminal()) {
            throw wrong("there is no terminal for the question: use --yes to set the offsets, or --dry-run to"
                    + " show them");
        }
        Map<String, String> environment = kafka.environment(context);
        try (KafkaConsumerGroup target = KafkaConsumerGroup.open(uri(topic), group, environment)) {
            return call(target, environment);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private int call(KafkaConsumerGroup target, Map<String, String> environment) throws IOException {
        if (!dryRun) {
            target.requireNoMembers();
        }
        OffsetPlan plan = plan(target, environment);
        Map<Integer, Long> before = target.committed();
        boolean isWanted = !dryRun && (yes || isWanted(target, plan, before));
        if (isWanted) {
            target.set(plan.offsets());
        }
        show(target, plan, before, isWanted);
        return dryRun || isWanted ? ExitCodes.GOOD : ExitCodes.FAILED;
    }

    private OffsetPlan plan(KafkaConsumerGroup target, Map<String, String> environment) {
        if (at != null) {
            return OffsetPlan.at(target, at.at(context.clock().instant()));
        }
        URI old = old();
        String name = source == null ? nameOf(from == null ? uri(topic) : old) : source;
        try (KafkaConsumerGroup read = KafkaConsumerGroup.open(old, group, environment)) {
            return OffsetPlan.by(Objects.requireNonNull(map), name, read, target);
        }
    }

    private URI old() {
        if (from != null) {
            return uri(from);
        }
        return source == null ? uri(topic) : uri(topic).resolve("/" + source);
    }

    private static String nameOf(URI topic) {
        return Optional.ofNullable(topic.getPath()).orElse("").replaceFirst("^/", "");
    }

    private static URI uri(String text) {
        return TargetAddress.parse(text).sample();
    }

    private boolean isWanted(KafkaConsumerGroup target, OffsetPlan plan, Map<Integer, Long> before) throws IOException {
        print(context.err(), target, plan, before);
        return context.isConfirmed("Set group " + Text.safe(group) + " to these offsets? [y/N] ");
    }

    private void show(KafkaConsumerGroup target, OffsetPlan plan, Map<Integer, Long> before, boolean isSet)
            throws IOException {
        if (json) {
            Json.print(context.bytes(), out -> write(out, target, plan, before, isSet));
            return;
        }
        if (isSet || dryRun) {
            print(context.out(), target, plan, before);
        }
        context.out().println(isSet ? "The offsets are set." : "Nothing was changed.");
        context.out().flush();
    }

    private void print(PrintWriter out, KafkaConsumerGroup target, OffsetPlan plan, Map<Integer, Long> before) {
        Text.row(out, "group", Text.safe(group));
        Text.row(out, "topic", Text.safe(target.toString()));
        Map<Integer, Long> end = target.end();
        plan.offsets().forEach((partition, offset) -> {
            long again = plan.readBefore().getOrDefault(partition, 0L);
            out.println("  partition " + partition + ": "
                    + Optional.ofNullable(before.get(partition))
                            .map(Text::number)
                            .orElse("none") + " -> "
                    + Text.number(offset) + ", " + Text.number(end.getOrDefault(partition, offset) - offset)
                    + " to read" + (again == 0 ? "" : ", " + Text.number(again) + " already read"));
        });
        out.flush();
    }

    private void write(
            JsonGenerator out, KafkaConsumerGroup target, OffsetPlan plan, Map<Integer, Long> before, boolean isSet)
            throws IOException {
        out.writeStringField("group", group);
        out.writeStringField("topic", target.toString());
        out.writeBooleanField("set", isSet);
        out.writeArrayFieldStart("partitions");
        for (Map.Entry<Integer, Long> each : plan.offsets().entrySet()) {
            out.writeStartObject();
            out.writeNumberField("partition", each.getKey());
            if (before.containsKey(each.getKey())) {
                out.writeNumberField("before", before.get(each.getKey()));
            }
            out.writeNumberField("offset", each.getValue());
            out.writeNumberField("readBefore", plan.readBefore().getOrDefault(each.getKey(), 0L));
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
