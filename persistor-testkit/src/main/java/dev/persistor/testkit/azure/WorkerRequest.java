package dev.persistor.testkit.azure;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as a function sees it; its body is null when there is none and the function did not ask for an optional. Its
 * maps cannot be changed: in the worker they are those of a Protobuf message ({@code RpcHttpRequestDataSource.java} of
 * Azure/azure-functions-java-worker).
 */
final class WorkerRequest<T> implements HttpRequestMessage<T> {

    private final TypedData.Http http;
    private final @Nullable T body;

    WorkerRequest(TypedData.Http http, @Nullable T body) {
        this.http = http;
        this.body = body;
    }

    @Override
    public URI getUri() {
        return URI.create(http.url());
    }

    @Override
    public HttpMethod getHttpMethod() {
        return HttpMethod.value(http.method());
    }

    @Override
    public Map<String, String> getHeaders() {
        return Collections.unmodifiableMap(http.headers());
    }

    @Override
    public Map<String, String> getQueryParameters() {
        return Collections.unmodifiableMap(http.query());
    }

    @Override
    public @Nullable T getBody() {
        return body;
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
        return new WorkerResponse(status);
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
        return new WorkerResponse(status);
    }
}
