package dev.persistor.testkit.azure;

import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatusType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function's response, and, as in the real worker, its own builder. */
final class WorkerResponse implements HttpResponseMessage, HttpResponseMessage.Builder {

    private final Map<String, String> headers = new LinkedHashMap<>();
    private HttpStatusType status;
    private @Nullable Object body;

    WorkerResponse(HttpStatusType status) {
        this.status = status;
    }

    @Override
    public Builder status(HttpStatusType newStatus) {
        status = newStatus;
        return this;
    }

    @Override
    public Builder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    @Override
    public Builder body(@Nullable Object newBody) {
        body = newBody;
        return this;
    }

    @Override
    public HttpResponseMessage build() {
        return this;
    }

    @Override
    public HttpStatusType getStatus() {
        return status;
    }

    @Override
    public @Nullable String getHeader(String name) {
        return headers.get(name);
    }

    @Override
    public @Nullable Object getBody() {
        return body;
    }

    AzureFunctionsHost.Response toResponse() {
        return new AzureFunctionsHost.Response(status.value(), headers, bodyText());
    }

    /**
     * The worker sends the JSON text null for a response without a body, which the host reads as nothing and answers with
     * an empty body ({@code DataTarget.java} of Azure/azure-functions-java-worker, {@code RawScriptResult.cs} of
     * Azure/azure-functions-host).
     */
    private String bodyText() {
        if (body instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (body == null || body instanceof String) {
            return body == null ? "" : (String) body;
        }
        throw new IllegalArgumentException("a response's body is text or bytes here, not a " + body.getClass());
    }
}
