package dev.persistor.benchmarks.peers;

/** An entrant ends or stands still before it has archived everything. */
final class NotDoneException extends Exception {

    private static final long serialVersionUID = 1L;

    NotDoneException(String why) {
        super(why);
    }
}
