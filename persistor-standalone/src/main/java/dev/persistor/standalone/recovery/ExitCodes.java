package dev.persistor.standalone.recovery;

/** What a command ends with. Thread-safe. */
public final class ExitCodes {

    /** All is well. */
    public static final int GOOD = 0;

    /** The command failed, or did not do all that it was asked for. */
    public static final int FAILED = 1;

    /** {@code persistor verify} found something damaged or missing. */
    public static final int FOUND = 2;

    /** The command line is wrong: sysexits' EX_USAGE, so that it is not taken for what verify found. */
    public static final int USAGE = 64;

    private ExitCodes() {}
}
