package dev.persistor.demo;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.gcp.PubSubFunction;
import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Google Cloud's part: {@link PubSubFunction} in the real Functions Framework, and Pub/Sub events over HTTP.
 *
 * <p>Thread-safe.
 */
final class GcpDemo implements DemoCloud {

    private static final String FRAMEWORK = "com.google.cloud.functions.invoker.runner.Invoker";
    private static final String TOPIC = "projects/demo/topics/orders-topic";
    /** Its short name is the source that messages are filed under. */
    private static final String SUBSCRIPTION = "projects/demo/subscriptions/orders";

    private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

    private final PubSubEvents events = new PubSubEvents(TOPIC, SUBSCRIPTION);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTS_WITHIN)
            .build();
    private final HostProcess host;
    private final ReservedPort port;
    private final RunFolder folder;

    private GcpDemo(HostProcess host, ReservedPort port, RunFolder folder) {
        this.host = host;
        this.port = port;
        this.folder = folder;
    }

    static GcpDemo start(RunFolder folder, long seed) throws IOException {
        ReservedPort port = ReservedPort.reserve();
        try {
            HostProcess host = HostProcess.start(
                    StorageFaults.environment(folder, seed),
                    folder.functionLog(),
                    FRAMEWORK,
                    "--target",
                    PubSubFunction.class.getName(),
                    "--port",
                    Integer.toString(port.number()));
            GcpDemo demo = new GcpDemo(host, port, folder);
            host.awaitAnswer(() -> host.serves(port) && demo.answers());
            return demo;
        } catch (IOException | RuntimeException e) {
            port.close();
            throw e;
        }
    }

    /** The framework answers 404 to this path by itself, and calls no function. */
    private boolean answers() {
        try {
            HttpRequest request = request("favicon.ico").GET().build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 404;
        } catch (IOException e) {
            // Not yet: the waiting caller asks again.
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + "/" + path))
                .timeout(ANSWERS_WITHIN);
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for the function's answer", e);
    }

    @Override
    public String description() {
        return "The Functions Framework runs " + PubSubFunction.class.getSimpleName() + " on port " + port.number()
                + ", process " + host.pid();
    }

    @Override
    public Message publish(Message message) {
        return message.toBuilder()
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.SUBSCRIPTION, SUBSCRIPTION)
                        .build())
                .build();
    }

    @Override
    public boolean deliver(Message message, int attempt) {
        HttpRequest request = request("")
                .headers(events.headers(message))
                .POST(HttpRequest.BodyPublishers.ofByteArray(events.body(message, attempt)))
                .build();
        int status = status(request);
        if (status != 200 && status != 500) {
            throw host.failure("answers " + status + " to " + message);
        }
        return status == 200;
    }

    private int status(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            IllegalStateException failure = host.failure("does not answer");
            failure.initCause(e);
            throw failure;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public long faults() {
        return StorageFaults.count(folder);
    }

    @Override
    public BlobStore openArchive() {
        return BlobStore.over(FileDriver.open(folder.archive()));
    }

    /** The function's store is in the run's folder already. */
    @Override
    public void keep() {}

    @Override
    public String whereToLook() {
        return folder.whereToLook();
    }

    @Override
    public void close() {
        host.close();
        port.close();
    }
}
