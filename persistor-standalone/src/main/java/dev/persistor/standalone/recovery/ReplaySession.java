package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayListener;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.replay.Transactions;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One run of {@code persistor replay}, with all that it needs open: the plan and its confirmation, the replay, and the report.
 *
 * @param command what was asked for
 * @param noted the checkpoint, if there is one
 * @param kept takes failed messages
 * @param watch tells of what is read
 */
record ReplaySession(
        ReplayCommand command,
        OpenArchive open,
        Target target,
        CheckpointPlace place,
        Optional<Checkpoint> noted,
        FailedMessages kept,
        BlobWatch watch) {

    private static final String NAME = "replay";

    int call() throws IOException, InterruptedException {
        Replay.Builder replay = command.how().replay(open, target).listener(kept);
        noted.ifPresent(replay::checkpoint);
        if (command.checkpoint().acceptFailures()) {
            replay.acceptFailures();
        }
        if (command.isDryRun()) {
            return end(plan(replay));
        }
        long planned = 0;
        if (!command.isConfirmed()) {
            Outcome plan = plan(replay);
            if (plan.report().matched() == 0) {
                return end(plan);
            }
            if (!isWanted(plan)) {
                context().err().println("Nothing was published.");
                return ExitCodes.FAILED;
            }
            planned = plan.report().planned();
        }
        return run(replay, planned);
    }

    private Outcome plan(Replay.Builder replay) throws InterruptedException {
        if (command.how().newIds()) {
            replay.newIds(UUID.randomUUID().toString());
        }
        try (ReadProgress progress = ReadProgress.in(context())) {
            progress.count(open);
            watch.to(progress::read, progress::content);
            return outcome(true, replay.build().plan());
        } finally {
            watch.stop();
        }
    }

    private boolean isWanted(Outcome plan) throws IOException {
        plan.print(context().err());
        return context()
                .isConfirmed("Publish " + Text.count(plan.report().planned(), "message") + " to "
                        + Text.safe(plan.target()) + "? [y/N] ");
    }

    private int run(Replay.Builder replay, long planned) throws IOException, InterruptedException {
        Optional<RunReports> reports = place.reports(context());
        if (reports.isPresent()) {
            reports.get().begin(NAME, command.description(open.filter().ofAllShards(), open, target));
        }
        if (command.how().newIds()) {
            // The same ids each time that a replay goes on; without a checkpoint, each is another one.
            replay.newIds(
                    noted.map(Checkpoint::id).orElseGet(() -> UUID.randomUUID().toString()));
        }
        String description = command.description(open.filter(), open, target);
        try (StopSignal signal = StopSignal.install(context().err(), advice());
                Transactions transactions = command.transactions(target, description, noted.orElse(null))
                        .orElse(null)) {
            replay.stopWhen(signal);
            if (transactions != null) {
                replay.inTransactions(transactions);
            }
            Outcome outcome = outcome(false, publish(replay, planned));
            int code = end(outcome);
            if (reports.isPresent()) {
                reports.get().end(code, outcome::write);
            }
            return code;
        }
    }

    /** Says how to continue after Ctrl-C. */
    private String advice() {
        return noted.isEmpty()
                ? "No checkpoint is used: the same command will publish all messages again."
                : "To continue, run the same command again. The checkpoint "
                        + command.checkpoint().place() + " records which messages are published.";
    }

    private ReplayReport publish(Replay.Builder replay, long planned) throws InterruptedException {
        try (Ticker ticker = Ticker.in(context(), "messages published", planned);
                AuditLog log = command.auditLog(target).orElse(null);
                OffsetMap map = command.offsetMap().orElse(null)) {
            if (log != null) {
                replay.listener(log);
            }
            if (map != null) {
                replay.listener(map);
            }
            if (!target.isStandardOutput()) {
                // On a terminal it would be among the lines.
                replay.listener(new Progress(ticker));
                watch.to(blob -> {}, ticker::content);
            }
            return replay.build().run();
        } finally {
            watch.stop();
        }
    }

    private Outcome outcome(boolean isPlan, ReplayReport report) {
        return new Outcome(
                isPlan,
                open.store().toString(),
                target.shown(),
                target.of(report.bySource().keySet()),
                open.filter(),
                report,
                kept.shown(),
                kept.kept(),
                command.checkpoint().areGiven());
    }

    private int end(Outcome outcome) throws IOException {
        boolean isOutTaken = !outcome.isPlan() && target.isStandardOutput();
        if (command.isJson()) {
            byte[] line = Json.line(outcome::write);
            if (isOutTaken) {
                context().err().print(new String(line, StandardCharsets.US_ASCII));
                context().err().flush();
            } else {
                context().bytes().write(line);
                context().bytes().flush();
            }
        } else {
            outcome.print(isOutTaken ? context().err() : context().out());
        }
        return outcome.isGood()
                ? command.archive().exitCode(context(), open, outcome.report().matched(), List.of())
                : ExitCodes.FAILED;
    }

    private CommandContext context() {
        return command.context();
    }

    /** Moves the ticker on. */
    private record Progress(Ticker ticker) implements ReplayListener {

        @Override
        public void published(ArchivedMessage message, Published answer) {
            ticker.step();
        }

        @Override
        public void failed(ArchivedMessage message, PublishException failure) {
            ticker.step();
        }
    }
}
