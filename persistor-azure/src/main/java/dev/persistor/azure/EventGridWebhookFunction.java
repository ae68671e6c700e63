package dev.persistor.azure;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.capture.RefusedEventException;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.PersistException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives what Event Grid delivers to a webhook, byte for byte. Event Grid calls it with the function's key in the
 * address. A request whose body the host or its worker changed on the way is refused and never stored.
 *
 * <p>The answer is 200 when all events of the request are durable, 503 when one may not be, 500 when one is malformed or
 * the configuration has problems. Event Grid delivers again after 500 and 503; after a 400 it does not
 * (<a href="https://learn.microsoft.com/azure/event-grid/delivery-and-retry">delivery and retry</a>).
 *
 * <p>It answers the handshakes by which an endpoint proves that it wants the events, those of Event Grid's own schema and
 * of CloudEvents.
 *
 * <p>Thread-safe.
 */
public final class EventGridWebhookFunction {

    private static final Logger LOG = LoggerFactory.getLogger(EventGridWebhookFunction.class);
    private static final String EVENT_TYPE = "aeg-event-type";
    private static final String ORIGIN = "webhook-request-origin";

    /** For the platform: reads the environment at the first event. */
    public EventGridWebhookFunction() {}

    /** Makes the request's events durable, or answers a handshake. */
    @FunctionName("EventGridWebhook")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            route = "eventgrid",
                            methods = {HttpMethod.POST, HttpMethod.OPTIONS},
                            authLevel = AuthorizationLevel.FUNCTION)
                    HttpRequestMessage<Optional<String>> request) {
        Map<String, String> headers = request.getHeaders();
        if (request.getHttpMethod() == HttpMethod.OPTIONS) {
            return allow(request, headers.getOrDefault(ORIGIN, ""));
        }
        if ("SubscriptionValidation".equalsIgnoreCase(headers.get(EVENT_TYPE))) {
            return validate(request);
        }
        return archive(request);
    }

    private static HttpResponseMessage archive(HttpRequestMessage<Optional<String>> request) {
        try {
            Capture capture = FunctionApp.capture();
            capture.archive(EventGridEvents.read(text(request, capture), capture.source()));
            return request.createResponseBuilder(HttpStatus.OK).build();
        } catch (SettingsException e) {
            LOG.error("{}", e.getMessage());
            return answer(request, HttpStatus.INTERNAL_SERVER_ERROR, "the configuration has errors; see the log");
        } catch (RefusedEventException e) {
            return answer(request, HttpStatus.INTERNAL_SERVER_ERROR, String.valueOf(e.getMessage()));
        } catch (PersistException | BlobStoreException e) {
            return answer(
                    request, HttpStatus.SERVICE_UNAVAILABLE, "some events may not be durable; deliver" + " them again");
        }
    }

    private static String text(HttpRequestMessage<Optional<String>> request, Capture capture) {
        try {
            return RequestText.of(request);
        } catch (MalformedEventException e) {
            throw capture.refuse(
                    EventGridEvents.rejected(capture.source(), request.getBody().orElse(""), e));
        }
    }

    /** The handshake of CloudEvents: HTTP 1.1 Web Hooks for Event Delivery, section 4. */
    private static HttpResponseMessage allow(HttpRequestMessage<?> request, String origin) {
        if (origin.isEmpty()) {
            return answer(request, HttpStatus.BAD_REQUEST, "OPTIONS requires the header WebHook-Request-Origin");
        }
        return request.createResponseBuilder(HttpStatus.OK)
                .header("WebHook-Allowed-Origin", origin)
                .header("WebHook-Allowed-Rate", "*")
                .build();
    }

    /** The handshake of Event Grid's own schema: the code comes back. */
    private static HttpResponseMessage validate(HttpRequestMessage<Optional<String>> request) {
        try {
            String code = validationCode(RequestText.of(request));
            return request.createResponseBuilder(HttpStatus.OK)
                    .header("Content-Type", "application/json")
                    .body("{\"validationResponse\":" + HostJson.written(json -> json.writeString(code)) + "}")
                    .build();
        } catch (MalformedEventException e) {
            LOG.error("The validation request of an event subscription is malformed: {}", e.reason());
            return answer(request, HttpStatus.BAD_REQUEST, e.reason());
        }
    }

    private static String validationCode(String body) throws MalformedEventException {
        List<Attributes> events = HostJson.objects("the validation", body);
        HostJson.require(events.size() == 1, "the validation", "an array of one event");
        AttributeValue data = events.get(0).first("data").orElse(AttributeValue.ofNull());
        return HostJson.object("data", data.text())
                .text("validationCode")
                .orElseThrow(() -> new MalformedEventException("data.validationCode must be a text, and is missing"));
    }

    private static HttpResponseMessage answer(HttpRequestMessage<?> request, HttpStatus status, String text) {
        return request.createResponseBuilder(status)
                .header("Content-Type", "text/plain; charset=utf-8")
                .body(text + "\n")
                .build();
    }
}
