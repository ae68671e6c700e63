package dev.persistor.benchmarks.peers;

import dev.persistor.benchmarks.Child;
import dev.persistor.testkit.GcsServer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/** The testkit's Cloud Storage in a process of its own. Not thread-safe. */
final class StoreProcess implements AutoCloseable {

    private static final String ANEW = "anew";
    private static final String UPLOADS = "uploads";

    private final Child child;

    private StoreProcess(Child child) {
        this.child = child;
    }

    static StoreProcess start(Path log) throws IOException {
        return new StoreProcess(Child.start(Redirect.appendTo(log.toFile()), Child.SERVER_FLAGS, StoreProcess.class));
    }

    public static void main(String[] arguments) throws Exception {
        GcsServer[] server = {GcsServer.start()};
        Child.serve(server[0].endpoint(), line -> {
            if (line.equals(UPLOADS)) {
                return Long.toString(server[0].uploads());
            }
            server[0].close();
            server[0] = GcsServer.start();
            return server[0].endpoint();
        });
    }

    /** Forgets all objects, stays as warm as it is, and returns its new address. */
    String anew() throws IOException {
        return child.ask(ANEW);
    }

    /** Returns how many uploads there were since it began anew. */
    long uploads() throws IOException {
        return Long.parseLong(child.ask(UPLOADS));
    }

    @Override
    public void close() {
        child.close();
    }
}
