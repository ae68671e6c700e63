package dev.persistor.benchmarks.peers;

import dev.persistor.benchmarks.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An entrant's process. Not thread-safe. */
final class Running implements AutoCloseable {

    private final Process process;
    private final Path log;

    private Running(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts an entrant with a heap; its log is appended to a file of its run. */
    static Running start(Contender entrant, Place place, String heap) throws IOException {
        Contender.Command command = entrant.launch().command(place);
        List<String> line = new ArrayList<>(List.of(Child.java(), "-Xmx" + heap));
        line.addAll(command.arguments());
        Path log = place.file("log");
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(command.environment());
        return new Running(builder.start(), log);
    }

    /** Returns what it has cost so far. */
    Cost cost() throws IOException, NotDoneException {
        requireAlive();
        return Cost.of(process.pid());
    }

    /** Requires it to run still. */
    void requireAlive() throws NotDoneException {
        if (!process.isAlive()) {
            throw new NotDoneException("ended with exit code " + process.exitValue() + ": " + log);
        }
    }

    /** Ends it as the kernel does when memory is out: nothing of it has a say. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
