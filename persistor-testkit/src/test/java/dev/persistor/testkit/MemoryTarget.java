package dev.persistor.testkit;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** A target in memory, where each request is one message. */
final class MemoryTarget implements MessagePublisherContract.Target {

    private enum Fault {
        REFUSAL,
        LOST_ANSWER
    }

    private final Function<MemoryTarget, MessagePublisher> publishers;
    private final List<Message> arrived = new ArrayList<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private volatile CountDownLatch held = new CountDownLatch(0);

    MemoryTarget(Function<MemoryTarget, MessagePublisher> publishers) {
        this.publishers = publishers;
    }

    /** Takes a message, waits while the target is held, and returns the message's id. */
    String take(Message message) throws InterruptedException {
        held.await();
        synchronized (arrived) {
            Fault fault = faults.poll();
            if (fault == Fault.REFUSAL) {
                throw new PublishException("publish refused", false, null);
            }
            arrived.add(message);
            if (fault == Fault.LOST_ANSWER) {
                throw new PublishException("no answer came", true, null);
            }
            return Integer.toString(arrived.size());
        }
    }

    private void fail(Fault fault) {
        synchronized (arrived) {
            faults.add(fault);
        }
    }

    @Override
    public MessagePublisher open() {
        return publishers.apply(this);
    }

    @Override
    public List<MessagePublisherContract.Arrived> arrived() {
        synchronized (arrived) {
            return arrived.stream()
                    .map(MessagePublisherContract.Arrived::of)
                    .map(MessagePublisherContract.Arrived::withFirstValues)
                    .toList();
        }
    }

    @Override
    public void refuseNext() {
        fail(Fault.REFUSAL);
    }

    @Override
    public void loseNextAnswer() {
        fail(Fault.LOST_ANSWER);
    }

    @Override
    public void hold() {
        held = new CountDownLatch(1);
    }

    @Override
    public void release() {
        held.countDown();
    }

    @Override
    public void close() {}
}
