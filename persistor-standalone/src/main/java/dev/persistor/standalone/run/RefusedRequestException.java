package dev.persistor.standalone.run;

/** A request brings no messages; its sender is told why. */
final class RefusedRequestException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient HttpAnswer answer;

    private RefusedRequestException(HttpAnswer answer) {
        super("status " + answer.status());
        this.answer = answer;
    }

    /** Returns what says that the request cannot be understood: the field, its value, what is allowed. */
    static RefusedRequestException malformed(String why) {
        return new RefusedRequestException(HttpAnswer.text(400, why));
    }

    /** Returns what says that the request has more than is allowed. */
    static RefusedRequestException tooLarge(String why) {
        return new RefusedRequestException(HttpAnswer.text(413, why));
    }

    static RefusedRequestException of(HttpAnswer answer) {
        return new RefusedRequestException(answer);
    }

    HttpAnswer answer() {
        return answer;
    }
}
