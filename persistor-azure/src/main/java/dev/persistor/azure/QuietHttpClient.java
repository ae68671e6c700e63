package dev.persistor.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import reactor.core.publisher.Mono;

/**
 * Takes the content's length out of requests that are signed and on their way. The JDK's client sets it from the content
 * itself, and Azure's adapter for that client logs a warning for each request that brings it, which is each write.
 *
 * <p>Thread-safe.
 */
record QuietHttpClient(HttpClient client) implements HttpClient {

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return client.send(withoutLength(request));
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request, Context context) {
        return client.send(withoutLength(request), context);
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        return client.sendSync(withoutLength(request), context);
    }

    private static HttpRequest withoutLength(HttpRequest request) {
        request.getHeaders().remove(HttpHeaderName.CONTENT_LENGTH);
        return request;
    }
}
