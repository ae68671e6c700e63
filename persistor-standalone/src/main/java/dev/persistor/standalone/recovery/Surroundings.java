package dev.persistor.standalone.recovery;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Clock;
import java.util.Map;

/**
 * What a command finds around it. A command prints either text or bytes, and never mixes them.
 *
 * <p>Immutable.
 *
 * @param out where results go as text
 * @param bytes where results go that are bytes or JSON: the same place
 * @param err where progress, notes and errors go
 * @param in where answers come from
 * @param onTerminal whether somebody watches, who can answer, and a line that was printed can be printed over
 * @param environment the variables that are set
 * @param clock tells what {@code now} is
 */
public record Surroundings(
        PrintWriter out,
        OutputStream bytes,
        PrintWriter err,
        BufferedReader in,
        boolean onTerminal,
        Map<String, String> environment,
        Clock clock) {

    /** Returns what this process has around it. */
    public static Surroundings ofProcess(PrintWriter out, PrintWriter err, boolean onTerminal) {
        return new Surroundings(
                out,
                new FileOutputStream(FileDescriptor.out),
                err,
                new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
                onTerminal,
                System.getenv(),
                Clock.systemUTC());
    }
}
