package dev.persistor.standalone.cli;

/** The exit codes of the commands. Thread-safe. */
public final class ExitCodes {

    /** All is well. */
    public static final int GOOD = 0;

    /** The command failed, or did not do all that it was asked for. */
    public static final int FAILED = 1;

    /** {@code persistor verify} found something damaged or missing. */
    public static final int FOUND = 2;

    /** A command that reads an archive matched no message. Everything that it had to read could be read. */
    public static final int NOTHING_MATCHED = 3;

    /** The command line is wrong: sysexits' EX_USAGE, so that it is not taken for what verify found. */
    public static final int USAGE = 64;

    /**
     * An error of the process ended it: memory ran out, or a class is missing. It is sysexits' EX_SOFTWARE. The launcher and the
     * container image let the JVM kill itself when the heap is full, which shells and Kubernetes report as 137.
     */
    public static final int ERROR = 70;

    private ExitCodes() {}
}
