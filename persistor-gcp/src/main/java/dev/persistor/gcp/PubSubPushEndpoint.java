package dev.persistor.gcp;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.Delivery;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.capture.RefusedEventException;
import dev.persistor.core.capture.SharedCapture;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.RejectedEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives what a Pub/Sub push subscription delivers over HTTP: deploy it with the entry point
 * {@code dev.persistor.gcp.PubSubPushEndpoint}.
 *
 * <p>It takes wrapped messages, and unwrapped ones with their metadata in headers, of which it archives those that
 * {@link PubSubPushSettings} allow. The answer is 204 when the message is
 * durable, 503 when it may not be (Pub/Sub delivers again), 500 with all problems in the log when the configuration does
 * not do, 400 when the request cannot be understood, 413 when it is larger than any message.
 *
 * <p>The platform checks its callers: deploy it without unauthenticated access and let the subscription
 * push with a service account that has {@code roles/run.invoker}.
 *
 * <p>Thread-safe.
 */
public final class PubSubPushEndpoint implements HttpFunction {

    private static final Logger LOG = LoggerFactory.getLogger(PubSubPushEndpoint.class);

    /** A message has 10 MB at most, which Base64 makes a third more; attributes come on top. */
    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

    private static final String HEADER_PREFIX = "x-goog-pubsub-";
    private static final String ID = HEADER_PREFIX + "message-id";
    private static final String PUBLISH_TIME = HEADER_PREFIX + "publish-time";

    /** So many names of headers are remembered, each of which is logged once. */
    private static final int MOST_LOGGED = 100;

    private final Supplier<Capture> capture;
    private final Set<String> leftOut = ConcurrentHashMap.newKeySet();

    /** For the platform: reads the environment at the first request. */
    public PubSubPushEndpoint() {
        this(new SharedCapture(System::getenv, PubSubPushSettings.all()));
    }

    private PubSubPushEndpoint(Supplier<Capture> capture) {
        this.capture = capture;
    }

    /** Returns an endpoint over a capture that is open already, and stays its owner's to close. */
    public static PubSubPushEndpoint over(Capture capture) {
        return new PubSubPushEndpoint(() -> capture);
    }

    @Override
    public void service(HttpRequest request, HttpResponse response) throws IOException {
        if (!request.getMethod().equals("POST")) {
            response.appendHeader("Allow", "POST");
            answer(response, 405, "send messages by POST, not " + request.getMethod());
            return;
        }
        byte[] body = read(request);
        if (body.length > MAX_BODY_BYTES) {
            answer(response, 413, "the body has more than " + MAX_BODY_BYTES + " bytes, more than any Pub/Sub message");
            return;
        }
        try {
            Capture open = capture.get();
            open.archive(delivery(open, request, body));
            response.setStatusCode(204);
        } catch (RefusedEventException e) {
            answer(response, 400, e.reason());
        } catch (SettingsException e) {
            LOG.error("{}", e.getMessage());
            answer(response, 500, "the configuration has errors; see the log");
        } catch (PersistException | BlobStoreException e) {
            answer(response, 503, "the message may not be durable; deliver it again");
        }
    }

    private Delivery delivery(Capture open, HttpRequest request, byte[] body) {
        Map<String, String> headers = headers(request);
        try {
            return Delivery.of(headers.containsKey(ID) ? unwrapped(open, headers, body) : wrapped(open, body));
        } catch (MalformedEventException e) {
            return Delivery.of(RejectedEvent.of(
                    open.source().orElse(PubSubEvent.UNKNOWN_SOURCE),
                    body,
                    request.getContentType().orElse("application/octet-stream"),
                    rejectedHeaders(open, headers),
                    e.reason()));
        }
    }

    private static Message wrapped(Capture open, byte[] body) throws MalformedEventException {
        PubSubEvent event = PubSubEvent.read(body);
        return event.toMessage(PubSubEvent.source(open, event.subscriptionName()));
    }

    /** The body is the payload, and headers hold the rest: https://cloud.google.com/pubsub/docs/payload-unwrapping. */
    private Message unwrapped(Capture open, Map<String, String> headers, byte[] body) throws MalformedEventException {
        String header = headers.getOrDefault(HEADER_PREFIX + "subscription-name", "");
        String subscription = header.isEmpty() ? null : header;
        return PubSubEvent.message(Message.builder()
                .id(PubSubEvent.id(headers.get(ID), ID))
                .source(PubSubEvent.source(open, PubSubEvent.shortName(subscription)))
                .publishTime(PubSubEvent.time(headers.get(PUBLISH_TIME), PUBLISH_TIME))
                .payload(body)
                .attributes(attributes(open, headers))
                .brokerProperties(brokerProperties(subscription, headers))
                .orderingKey(headers.get(HEADER_PREFIX + "ordering-key")));
    }

    /** The sender's attribute Content-Type, too, comes as the header of that name. */
    private static Attributes brokerProperties(@Nullable String subscription, Map<String, String> headers) {
        Attributes.Builder properties = Attributes.builder();
        String type = headers.getOrDefault("content-type", "");
        if (!type.isEmpty()) {
            properties.add(BrokerProperties.CONTENT_TYPE, type);
        }
        PubSubEvent.brokerProperties(subscription)
                .forEach(property -> properties.add(property.name(), property.value()));
        return properties.build();
    }

    private Attributes attributes(Capture open, Map<String, String> headers) {
        PubSubPushSettings.Names names = names(open);
        Map<String, String> attributes = new TreeMap<>(headers);
        attributes.keySet().removeIf(name -> !names.hold(name));
        headers.keySet().forEach(name -> warnOf(name, names));
        return Attributes.ofUnordered(attributes);
    }

    /** An endpoint over a capture of others has the default, where their settings do not know this one. */
    private static PubSubPushSettings.Names names(Capture open) {
        return open.settings()
                .find(PubSubPushSettings.ATTRIBUTES)
                .orElseGet(() -> PubSubPushSettings.Names.parse(
                        PubSubPushSettings.ATTRIBUTES.defaultText().orElseThrow()));
    }

    /** An attribute that is left out would be lost without a word. */
    private void warnOf(String name, PubSubPushSettings.Names names) {
        if (!names.hold(name)
                && !PubSubPushSettings.isTransport(name)
                && leftOut.size() < MOST_LOGGED
                && leftOut.add(name)) {
            LOG.warn(
                    "The header {} of an unwrapped push is not archived. If it is an attribute of messages, add"
                            + " its name to {}",
                    name,
                    PubSubPushSettings.ATTRIBUTES.name());
        }
    }

    /** An unwrapped message has its id in these headers: without them two of equal bodies would be one in quarantine. */
    private static Attributes rejectedHeaders(Capture open, Map<String, String> headers) {
        PubSubPushSettings.Names names = names(open);
        Map<String, String> kept = new TreeMap<>(headers);
        kept.keySet().removeIf(name -> !names.hold(name) && !name.startsWith(HEADER_PREFIX));
        return Attributes.ofUnordered(kept);
    }

    private static Map<String, String> headers(HttpRequest request) {
        Map<String, String> headers = new TreeMap<>();
        request.getHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        return headers;
    }

    private static byte[] read(HttpRequest request) throws IOException {
        try (InputStream body = request.getInputStream()) {
            return body.readNBytes(MAX_BODY_BYTES + 1);
        }
    }

    private static void answer(HttpResponse response, int status, String text) throws IOException {
        response.setStatusCode(status);
        response.setContentType("text/plain; charset=utf-8");
        response.getWriter().write(text + "\n");
    }
}
