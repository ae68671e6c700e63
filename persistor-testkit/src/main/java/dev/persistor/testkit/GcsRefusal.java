package dev.persistor.testkit;

import java.nio.charset.StandardCharsets;

/** A request that the server refuses, in the shape of Cloud Storage's errors. */
final class GcsRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String reason;

    GcsRefusal(int status, String reason, String message) {
        super(message);
        this.status = status;
        this.reason = reason;
    }

    static GcsRefusal conditionNotMet() {
        return new GcsRefusal(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
    }

    int status() {
        return status;
    }

    byte[] toJson() {
        String message = GcsJson.quote(String.valueOf(getMessage()));
        return ("{\"error\":{\"code\":" + status + ",\"message\":" + message + ",\"errors\":[{\"domain\":\"global\","
                        + "\"reason\":\"" + reason + "\",\"message\":" + message + "}]}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
