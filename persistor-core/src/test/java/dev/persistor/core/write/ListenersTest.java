package dev.persistor.core.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.batch.FlushCause;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.PutResult;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each event reaches each listener, and is counted as what it is. */
class ListenersTest {

    private static final BlobName BLOB = BlobName.of("a");
    private static final Message MESSAGE = Message.builder()
            .id("1")
            .source("orders")
            .publishTime(Instant.EPOCH)
            .build();
    private static final RejectedEvent EVENT =
            RejectedEvent.of("orders", new byte[0], "text/plain", Attributes.empty(), "why");

    private static BlobStoreException failure() {
        return BlobStoreException.retryable("down");
    }

    /** Fails whatever it is told. */
    private static PersistorListener failing() {
        return (PersistorListener) Proxy.newProxyInstance(
                PersistorListener.class.getClassLoader(),
                new Class<?>[] {PersistorListener.class},
                (proxy, method, arguments) -> {
                    throw new IllegalStateException("a listener that fails");
                });
    }

    static Stream<Arguments> events() {
        return Stream.of(
                event("persisted", l -> l.persisted(MESSAGE, new Receipt(BLOB, 0, PutResult.CREATED))),
                event("alreadyThere", l -> l.alreadyThere(MESSAGE, new Receipt(BLOB, 0, PutResult.ALREADY_EXISTS))),
                event("skippedReplayed", l -> l.skippedReplayed(MESSAGE, BLOB)),
                event("failed", l -> l.failed(MESSAGE, failure())),
                event("retried", l -> l.retried(failure())),
                event("fellBack", l -> l.fellBack(BLOB, failure())),
                event("collided", l -> l.collided(BLOB, BlobName.of("b"))),
                event("rejected", l -> l.rejected(EVENT)),
                event("quarantined", l -> l.quarantined(EVENT, BLOB)),
                event(
                        "flushed",
                        l -> l.flushed(new PersistorListener.Flush(
                                "p", List.of(MESSAGE), 2, FlushCause.LINGER, Duration.ofMillis(1)))));
    }

    private static Arguments event(String name, Consumer<PersistorListener> event) {
        return Arguments.of(name, event);
    }

    private static List<Long> all(Counters counters) {
        return List.of(
                counters.persisted(),
                counters.alreadyThere(),
                counters.skippedReplayed(),
                counters.failed(),
                counters.retried(),
                counters.fellBack(),
                counters.collided(),
                counters.rejected(),
                counters.quarantined(),
                counters.flushed());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("events")
    void anEventIsCountedOnceAndAsWhatItIs(String name, Consumer<PersistorListener> event) {
        Counters counters = new Counters();
        event.accept(counters);
        event.accept(counters);

        assertThat(counters.toString()).contains(name + "=2");
        assertThat(all(counters))
                .containsOnlyOnce(2L)
                .filteredOn(count -> count != 2L)
                .containsOnly(0L);
        assertThat(all(counters).indexOf(2L))
                .isEqualTo(events().map(each -> each.get()[0]).toList().indexOf(name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("events")
    void aListenerThatFailsKeepsNoOtherFromBeingTold(String name, Consumer<PersistorListener> event) {
        Counters before = new Counters();
        Counters after = new Counters();

        event.accept(new Listeners(List.of(before, failing(), after)));

        assertThat(before.toString()).contains(name + "=1");
        assertThat(after.toString()).contains(name + "=1");
    }

    @Test
    void theReceptionAndTheAcknowledgementAreToldToEachToo() {
        List<String> told = new ArrayList<>();
        PersistorListener listener = new PersistorListener() {
            @Override
            public void received(Message message) {
                told.add("received " + message.id());
            }

            @Override
            public void acknowledged(Message message) {
                told.add("acknowledged " + message.id());
            }
        };
        PersistorListener all = new Listeners(List.of(listener, failing(), listener));

        all.received(MESSAGE);
        all.acknowledged(MESSAGE);

        String id = MESSAGE.id();
        assertThat(told)
                .containsExactly("received " + id, "received " + id, "acknowledged " + id, "acknowledged " + id);
    }
}
