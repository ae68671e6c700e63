package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Keeps what it is given, and answers at once, later on a flush, or with failures. */
class CollectingPublisher implements MessagePublisher {

    final List<Message> published = Collections.synchronizedList(new ArrayList<>());
    private final List<CompletableFuture<Published>> waiting = new ArrayList<>();
    Predicate<Message> refuses = message -> false;
    boolean answersOnFlushOnly;
    int mostWaiting;
    final List<String> resumed = new ArrayList<>();

    @Override
    public CompletableFuture<Published> publish(Message message) throws InterruptedException {
        if (refuses.test(message)) {
            return CompletableFuture.failedFuture(new PublishException("publish: refused", false, null));
        }
        published.add(message);
        Published answer = Published.as("new-" + published.size());
        if (!answersOnFlushOnly) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Published> future = new CompletableFuture<>();
        waiting.add(future);
        mostWaiting = Math.max(mostWaiting, waiting.size());
        return future;
    }

    @Override
    public void flush() {
        List<CompletableFuture<Published>> answered = List.copyOf(waiting);
        waiting.clear();
        answered.forEach(future -> future.complete(Published.withoutId()));
    }

    @Override
    public void resume(String orderingKey) {
        resumed.add(orderingKey);
    }

    @Override
    public List<String> losses(Message message) {
        return message.orderingKey().isPresent() ? List.of("ordering key") : List.of();
    }

    @Override
    public void close() {
        flush();
    }
}
