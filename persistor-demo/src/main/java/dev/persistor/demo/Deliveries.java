package dev.persistor.demo;

import dev.persistor.core.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The deliveries that a broker makes of messages: each one once, and one in ten a second time, as brokers that deliver
 * at least once do. Half of the second deliveries come right behind the first, and so often at the same time; the others
 * come after all of the messages.
 *
 * <p>Immutable.
 *
 * @param inOrder the messages in the order of their deliveries
 * @param again how many of these are second deliveries
 */
record Deliveries(List<Message> inOrder, int again) {

    private static final int ONE_TWICE_IN = 10;

    static Deliveries of(List<Message> messages, long seed) {
        Random random = new Random(seed);
        List<Message> inOrder = new ArrayList<>();
        List<Message> later = new ArrayList<>();
        for (Message message : messages) {
            inOrder.add(message);
            if (random.nextInt(ONE_TWICE_IN) == 0) {
                (random.nextBoolean() ? inOrder : later).add(message);
            }
        }
        inOrder.addAll(later);
        return new Deliveries(List.copyOf(inOrder), inOrder.size() - messages.size());
    }
}
