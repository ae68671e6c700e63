package dev.persistor.gcp;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Pushes messages to a function on many connections at once. */
final class ConcurrentPushes {

    static final int CONNECTIONS = 64;
    private static final String SUBSCRIPTION = "projects/p/subscriptions/orders";

    private ConcurrentPushes() {}

    private static Message message(int number) {
        byte[] payload = new byte[number % 700];
        new Random(number).nextBytes(payload);
        return Message.builder()
                .id(Integer.toString(1_000_000 + number))
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T02:10:00Z").plusMillis(number))
                .payload(payload)
                .attributes(Attributes.ofUnordered(Map.of("number", Integer.toString(number), "kind", "é😀")))
                .orderingKey(number % 3 == 0 ? "key/" + number % 5 : null)
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.SUBSCRIPTION, SUBSCRIPTION)
                        .build())
                .build();
    }

    static List<Message> messages(int count) {
        return IntStream.range(0, count).mapToObj(ConcurrentPushes::message).toList();
    }

    private static byte[] push(Message message, int attempt) {
        byte[] payload = new byte[message.payloadSize()];
        message.payload().get(payload);
        return ("{\"message\":{\"data\":\"" + Base64.getEncoder().encodeToString(payload)
                        + "\",\"attributes\":{\"number\":\""
                        + message.attributes().text("number").orElseThrow()
                        + "\",\"kind\":\"é😀\"},\"messageId\":\"" + message.id() + "\",\"publishTime\":\""
                        + message.publishTime() + "\",\"orderingKey\":\""
                        + message.orderingKey().orElse("") + "\"},\"subscription\":\"" + SUBSCRIPTION
                        + "\",\"deliveryAttempt\":" + attempt + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the settings of a function that writes batches, with further names and values in turn. */
    static Map<String, String> settings(String store, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", store,
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_COMPRESSION", "gzip",
                "PERSISTOR_BATCH_MESSAGES", "500",
                "PERSISTOR_BATCH_LINGER", "50ms",
                "PERSISTOR_RETRY_DEADLINE", "300ms"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    /** Runs on many connections at once until the queue is empty. */
    static void onAllConnections(Queue<Message> queue, Predicate<Message> send) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        Callable<Void> connection = () -> {
            for (Message next = queue.poll(); next != null; next = queue.poll()) {
                if (!send.test(next)) {
                    return null;
                }
            }
            return null;
        };
        try {
            for (Future<Void> end : threads.invokeAll(Collections.nCopies(CONNECTIONS, connection))) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Pushes a message, and returns the status of the answer; 0 if there is none. */
    static int status(FunctionsFramework function, Message message, int attempt) {
        try {
            return function.post(push(message, attempt)).statusCode();
        } catch (IOException e) {
            // The instance is gone, and its answer with it.
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
