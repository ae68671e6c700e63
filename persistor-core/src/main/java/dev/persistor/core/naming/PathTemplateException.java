package dev.persistor.core.naming;

/** A path template that cannot be read, or that would lose messages. Its message says where, why and what to write. */
public final class PathTemplateException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final int column;

    PathTemplateException(int column, String problem, String hint) {
        super("column " + column + ": " + problem + " (" + hint + ")");
        this.column = column;
    }

    /** Returns where the problem is: the template's first character is column 1. */
    public int column() {
        return column;
    }
}
