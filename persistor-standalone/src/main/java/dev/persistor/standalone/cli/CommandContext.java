package dev.persistor.standalone.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;

/**
 * The context of a command: its streams, environment and clock. A command prints either text or bytes, and never mixes them.
 *
 * <p>Immutable.
 *
 * @param out takes results as text
 * @param bytes takes results that are bytes or JSON: the same destination
 * @param err takes progress, notes and errors
 * @param in the source of answers
 * @param onTerminal whether the streams are a terminal, so that a person can answer and a printed line can be overwritten
 * @param environment the environment variables
 * @param clock gives the current time
 */
public record CommandContext(
        PrintWriter out,
        OutputStream bytes,
        PrintWriter err,
        BufferedReader in,
        boolean onTerminal,
        Map<String, String> environment,
        Clock clock) {

    /**
     * Asks a question, and waits for the answer.
     *
     * @param question ends with the place for the answer, such as {@code [y/N] }
     * @return whether the answer is {@code y} or {@code yes}; no answer is no
     * @throws IOException if the answer cannot be read
     */
    public boolean isConfirmed(String question) throws IOException {
        err.print(question);
        err.flush();
        String answer = in.readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    /** Returns the context that this process has. */
    public static CommandContext ofProcess(PrintWriter out, PrintWriter err, boolean onTerminal) {
        return new CommandContext(
                out,
                new FileOutputStream(FileDescriptor.out),
                err,
                new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
                onTerminal,
                System.getenv(),
                Clock.systemUTC());
    }
}
