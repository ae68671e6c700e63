package dev.persistor.testkit;

import static dev.persistor.testkit.ContractRun.assertFails;
import static dev.persistor.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Publishers that break the contract, each in one way, must fail the check that names it. */
class BrokenPublishersTest {

    @Test
    void aPublisherThatKeepsTheContractPasses() {
        assertThat(failuresOf(Good.class)).isEmpty();
    }

    @Test
    void aPublisherThatAltersAByteFails() {
        assertFails(Altering.class, "everyByteArrivesAndSoDoAttributesAndTheOrderingKey");
    }

    @Test
    void aPublisherThatDropsAttributesInSilenceFails() {
        assertFails(Forgetful.class, "everyByteArrivesAndSoDoAttributesAndTheOrderingKey");
    }

    @Test
    void aPublisherThatTellsLossesWhereThereAreNoneFails() {
        assertFails(Pessimistic.class, "whatIsNotHeldIsToldAndWhatIsToldIsNotHeld");
    }

    @Test
    void aPublisherThatDropsValuesOfARepeatedNameInSilenceFails() {
        assertFails(Shortening.class, "valuesOfARepeatedNameArriveOrTheFirstDoesAndTheOthersAreTold");
    }

    @Test
    void aPublisherThatDropsValuesOfARepeatedNameWhereTheTargetKeepsThemFails() {
        assertFails(Repeating.class, "valuesOfARepeatedNameArriveOrTheFirstDoesAndTheOthersAreTold");
    }

    @Test
    void aPublisherThatMakesTextOfTypesAndDoesNotSayFails() {
        assertFails(Untyped.class, "whatIsNotHeldIsToldAndWhatIsToldIsNotHeld");
    }

    @Test
    void aPublisherThatDropsOrderingKeysFails() {
        assertFails(Keyless.class, "everyByteArrivesAndSoDoAttributesAndTheOrderingKey");
    }

    @Test
    void aPublisherThatPublishesToTellLossesFails() {
        assertFails(Trying.class, "whatIsNotHeldIsToldAndWhatIsToldIsNotHeld");
    }

    @Test
    void aPublisherThatAnswersBeforeTheTargetDoesFails() {
        assertFails(Hasty.class, "aFutureCompletesOnlyWhenTheTargetHasTheMessage");
    }

    @Test
    void aPublisherThatTakesAFailureForASuccessFails() {
        assertFails(Careless.class, "aRefusedMessageFailsWithTheLaterOnesOfItsKeyAndOtherKeysGoOn");
    }

    @Test
    void aPublisherThatFailsWithAnythingFails() {
        assertFails(Untranslated.class, "aRefusedMessageFailsWithTheLaterOnesOfItsKeyAndOtherKeysGoOn");
    }

    @Test
    void aPublisherThatSendsInAnyOrderFails() {
        assertFails(Disordered.class, "messagesOfAKeyArriveInTheirOrder");
    }

    @Test
    void aPublisherThatGoesOnAfterAFailureOfAKeyFails() {
        assertFails(GoingOn.class, "aRefusedMessageFailsWithTheLaterOnesOfItsKeyAndOtherKeysGoOn");
    }

    @Test
    void aPublisherThatStopsAllKeysAfterAFailureFails() {
        assertFails(Stopping.class, "aRefusedMessageFailsWithTheLaterOnesOfItsKeyAndOtherKeysGoOn");
    }

    @Test
    void aPublisherThatHoldsBackAKeyForEverFails() {
        assertFails(Unforgiving.class, "aKeyOfAFailedMessageGoesOnWhenItIsResumed");
    }

    @Test
    void aPublisherThatTakesEverythingAtOnceFails() {
        assertFails(Unbounded.class, "aTargetThatDoesNotAnswerHoldsThePublisherInBoundedMemoryAndNothingIsLost");
    }

    @Test
    void aPublisherThatForgetsWhatIsUnderWayWhenItClosesFails() {
        assertFails(Abandoning.class, "closeSendsWhatWaitsAndNothingIsTakenAfterwards");
    }

    @Test
    void aPublisherThatTakesMessagesAfterClosingFails() {
        assertFails(Undying.class, "closeSendsWhatWaitsAndNothingIsTakenAfterwards");
    }

    abstract static class BrokenContract extends MessagePublisherContract {
        private final Function<MemoryTarget, MessagePublisher> publishers;

        BrokenContract(Function<MemoryTarget, MessagePublisher> publishers) {
            this.publishers = publishers;
        }

        @Override
        protected Target start() {
            return new MemoryTarget(publishers);
        }

        @Override
        protected Capabilities capabilities() {
            return MemoryPublisher.CAPABILITIES;
        }
    }

    static class Good extends BrokenContract {
        Good() {
            super(MemoryPublisher::new);
        }
    }

    /** Sends something else than what was handed over. */
    abstract static class Changing extends MemoryPublisher {
        Changing(MemoryTarget target) {
            super(target);
        }

        abstract Message change(Message message);

        @Override
        void send(Message message, CompletableFuture<Published> future) {
            super.send(change(message), future);
        }
    }

    static class Altering extends BrokenContract {
        Altering() {
            super(target -> new Changing(target) {
                @Override
                Message change(Message message) {
                    byte[] payload = new byte[message.payloadSize()];
                    ByteBuffer.wrap(payload).put(message.payload());
                    if (payload.length > 0) {
                        payload[payload.length - 1]++;
                    }
                    return message.toBuilder().payload(payload).build();
                }
            });
        }
    }

    static class Forgetful extends BrokenContract {
        Forgetful() {
            super(target -> new Changing(target) {
                @Override
                Message change(Message message) {
                    return message.toBuilder().attributes(Attributes.empty()).build();
                }
            });
        }
    }

    static class Untyped extends BrokenContract {
        Untyped() {
            super(target -> new Changing(target) {
                @Override
                Message change(Message message) {
                    Attributes.Builder texts = Attributes.builder();
                    for (Attributes.Entry entry : message.attributes()) {
                        texts.add(entry.name(), AttributeValue.of(entry.value().text()));
                    }
                    return message.toBuilder().attributes(texts.build()).build();
                }
            });
        }
    }

    static class Keyless extends BrokenContract {
        Keyless() {
            super(target -> new Changing(target) {
                @Override
                Message change(Message message) {
                    return message.toBuilder().orderingKey(null).build();
                }
            });
        }
    }

    static class Pessimistic extends BrokenContract {
        Pessimistic() {
            super(target -> new MemoryPublisher(target) {
                @Override
                public List<String> losses(Message message) {
                    return List.of("something may be lost");
                }
            });
        }
    }

    static class Shortening extends BrokenContract {
        Shortening() {
            super(target -> new MemoryPublisher(target) {
                @Override
                public List<String> losses(Message message) {
                    return List.of();
                }
            });
        }
    }

    static class Repeating extends BrokenContract {
        Repeating() {
            super(MemoryPublisher::new);
        }

        @Override
        protected Capabilities capabilities() {
            return new Capabilities(1 << 20, (1 << 20) + 1, true, true, true, true);
        }
    }

    static class Trying extends BrokenContract {
        Trying() {
            super(target -> new MemoryPublisher(target) {
                @Override
                public List<String> losses(Message message) {
                    sender.execute(() -> send(message, new CompletableFuture<>()));
                    return super.losses(message);
                }
            });
        }
    }

    static class Hasty extends BrokenContract {
        Hasty() {
            super(target -> new MemoryPublisher(target) {
                @Override
                public CompletableFuture<Published> publish(Message message) throws InterruptedException {
                    CompletableFuture<Published> unused = super.publish(message);
                    return CompletableFuture.completedFuture(Published.as("0"));
                }
            });
        }
    }

    static class Careless extends BrokenContract {
        Careless() {
            super(target -> new MemoryPublisher(target) {
                @Override
                public CompletableFuture<Published> publish(Message message) throws InterruptedException {
                    return super.publish(message).exceptionally(failure -> Published.as("0"));
                }
            });
        }
    }

    static class Untranslated extends BrokenContract {
        Untranslated() {
            super(target -> new MemoryPublisher(target) {
                @Override
                public CompletableFuture<Published> publish(Message message) throws InterruptedException {
                    CompletableFuture<Published> other = new CompletableFuture<>();
                    super.publish(message).thenAccept(other::complete).exceptionally(failure -> {
                        other.completeExceptionally(new IllegalStateException(failure));
                        return null;
                    });
                    return other;
                }
            });
        }
    }

    static class Disordered extends BrokenContract {
        Disordered() {
            super(target -> new MemoryPublisher(target) {
                private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
                private final Random random = new Random(1);

                @Override
                void send(Message message, CompletableFuture<Published> future) {
                    if (random.nextInt(3) == 0) {
                        waiting.add(() -> super.send(message, future));
                    } else {
                        super.send(message, future);
                    }
                    sender.execute(this::sendOneThatWaits);
                }

                private void sendOneThatWaits() {
                    Runnable next = waiting.poll();
                    if (next != null) {
                        next.run();
                    }
                }
            });
        }
    }

    static class GoingOn extends BrokenContract {
        GoingOn() {
            super(target -> new MemoryPublisher(target) {
                @Override
                void send(Message message, CompletableFuture<Published> future) {
                    super.send(message, future);
                    failedKeys.clear();
                }
            });
        }
    }

    static class Unforgiving extends BrokenContract {
        Unforgiving() {
            super(target -> new MemoryPublisher(target) {
                @Override
                public void resume(String orderingKey) {}
            });
        }
    }

    static class Stopping extends BrokenContract {
        Stopping() {
            super(target -> new MemoryPublisher(target) {
                private boolean failed;

                @Override
                void send(Message message, CompletableFuture<Published> future) {
                    if (failed) {
                        future.completeExceptionally(new PublishException("stopped", true, null));
                        return;
                    }
                    super.send(message, future);
                    failed = future.isCompletedExceptionally();
                }
            });
        }
    }

    static class Unbounded extends BrokenContract {
        Unbounded() {
            super(target -> new MemoryPublisher(target) {
                @Override
                void enter(Message message) {}

                @Override
                void leave(Message message) {}
            });
        }
    }

    static class Abandoning extends BrokenContract {
        Abandoning() {
            super(target -> new MemoryPublisher(target) {
                @Override
                public void close() {
                    sender.shutdownNow();
                    super.close();
                }
            });
        }
    }

    static class Undying extends BrokenContract {
        Undying() {
            super(target -> new MemoryPublisher(target) {
                @Override
                void requireOpen() {}

                @Override
                public void close() {}
            });
        }
    }
}
