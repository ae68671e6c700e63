package dev.persistor.testkit;

import static dev.persistor.testkit.ContractRun.assertFails;
import static dev.persistor.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Formats that break the contract, each in one way, must fail the check that names it. */
class BrokenFormatsTest {

    @Test
    void aFormatThatTakesPayloadsForTextFails() {
        assertFails(Decoding.class, "everyPayloadComesBackByteForByte");
    }

    @Test
    void aFormatThatDropsRepeatedAttributesFails() {
        assertFails(
                Collapsing.class,
                "attributesKeepTypesRepetitionsAndOrder",
                "messagesThatAreHardToKeepComeBackEqualAndInOrder");
    }

    @Test
    void aFormatThatWritesWhenItWroteFails() {
        assertFails(Dated.class, "theSameMessagesAlwaysBecomeTheSameBytes");
    }

    @Test
    void aFormatThatWritesWhichDeliveryItIsFails() {
        assertFails(Counting.class, "anotherDeliveryAttemptChangesNoByte");
    }

    @Test
    void aFormatThatHidesDamageFails() {
        assertFails(
                Forgiving.class,
                "tornAtAnyByteItGivesItsWholeMessagesAndThenSaysSo",
                "tornBeforeItWasStoredItIsNotTakenForWhole",
                "aByteThatChangedIsReported",
                "whatFollowsTheContentIsReported",
                "contentOfAnotherKindIsReported");
    }

    @Test
    void aFormatThatReportsDamageAgainAndAgainFails() {
        assertFails(Nagging.class, "tornAtAnyByteItGivesItsWholeMessagesAndThenSaysSo");
    }

    @Test
    void aFormatThatDoesNotReadToTheEndFails() {
        assertFails(Trusting.class, "aByteThatChangedIsReported", "theEndIsReadBeforeThereIsNoMore");
    }

    @Test
    void aFormatThatReadsAllBeforeItGivesTheFirstFails() {
        assertThat(failuresOf(Hoarding.class)).containsExactly("theFirstMessageComesLongBeforeTheEndIsRead");
    }

    @Test
    void aFormatThatDoesNotSayWhatItIsFails() {
        assertFails(
                Nameless.class,
                "theLastBlobHasTheNameAndSaysWhichFormatItIsOf",
                "theManifestSaysHowManyMessagesFromWhenToWhenAndWhich",
                "tornBeforeItWasStoredItIsNotTakenForWhole");
    }

    /** A format that works, for others to break. */
    static class Plain implements MessageFormat {
        private final MessageFormat whole = new JsonLinesFormat(Compression.NONE);

        @Override
        public String name() {
            return whole.name();
        }

        @Override
        public String extension() {
            return whole.extension();
        }

        @Override
        public boolean holdsBatches() {
            return true;
        }

        @Override
        public List<Blob> encode(BlobName name, List<Message> messages, BlobLimits limits) {
            return whole.encode(name, messages, limits);
        }

        @Override
        public boolean holdsMessages(BlobInfo blob) {
            return whole.holdsMessages(blob);
        }

        @Override
        public MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
            return whole.read(blob, source, context);
        }
    }

    /** A reader that works. */
    static class PlainReader implements MessageReader {
        final MessageReader whole;

        PlainReader(MessageReader whole) {
            this.whole = whole;
        }

        @Override
        public boolean hasNext() {
            return whole.hasNext();
        }

        @Override
        public Message next() {
            return whole.next();
        }

        @Override
        public void close() {
            whole.close();
        }
    }

    abstract static class BrokenContract extends MessageFormatContract {
        private final MessageFormat format;

        BrokenContract(MessageFormat format) {
            this.format = format;
        }

        @Override
        protected List<MessageFormat> formats() {
            return List.of(format);
        }

        @Override
        protected BlobStore openStore() {
            return BlobStore.over(new MemoryDriver());
        }
    }

    /** A format that writes something else than the message that it is given. */
    static class Altering extends Plain {
        private final UnaryOperator<Message> altering;

        Altering(UnaryOperator<Message> altering) {
            this.altering = altering;
        }

        @Override
        public List<Blob> encode(BlobName name, List<Message> messages, BlobLimits limits) {
            return super.encode(name, messages.stream().map(altering).toList(), limits);
        }
    }

    static class Decoding extends BrokenContract {
        Decoding() {
            super(new Altering(message -> message.toBuilder()
                    .payload(StandardCharsets.UTF_8
                            .decode(message.payload())
                            .toString()
                            .getBytes(StandardCharsets.UTF_8))
                    .build()));
        }
    }

    static class Collapsing extends BrokenContract {
        Collapsing() {
            super(new Altering(message -> message.toBuilder()
                    .attributes(collapse(message.attributes()))
                    .build()));
        }

        private static Attributes collapse(Attributes attributes) {
            Map<String, Attributes.Entry> last = new LinkedHashMap<>();
            attributes.forEach(entry -> last.put(entry.name(), entry));
            return Attributes.of(new ArrayList<>(last.values()));
        }
    }

    static class Dated extends BrokenContract {
        Dated() {
            super(new Altering(new UnaryOperator<>() {
                private final AtomicLong clock = new AtomicLong();

                @Override
                public Message apply(Message message) {
                    return message.toBuilder()
                            .publishTime(message.publishTime().plusMillis(clock.incrementAndGet()))
                            .build();
                }
            }));
        }
    }

    static class Counting extends BrokenContract {
        Counting() {
            super(new Altering(message -> message.toBuilder()
                    .orderingKey(message.orderingKey().orElse("")
                            + message.deliveryAttempt().orElse(1))
                    .build()));
        }
    }

    static class Forgiving extends BrokenContract {
        Forgiving() {
            super(new Plain() {
                @Override
                public MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
                    return new PlainReader(super.read(blob, source, context)) {
                        @Override
                        public boolean hasNext() {
                            try {
                                return super.hasNext();
                            } catch (FormatException e) {
                                return false;
                            }
                        }
                    };
                }
            });
        }
    }

    static class Nagging extends BrokenContract {
        Nagging() {
            super(new Plain() {
                @Override
                public MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
                    return new PlainReader(super.read(blob, source, context)) {
                        private RuntimeException reported = new IllegalStateException();

                        @Override
                        public boolean hasNext() {
                            if (reported instanceof FormatException) {
                                throw reported;
                            }
                            try {
                                return super.hasNext();
                            } catch (FormatException e) {
                                reported = e;
                                throw e;
                            }
                        }
                    };
                }
            });
        }
    }

    static class Trusting extends BrokenContract {
        Trusting() {
            super(new Plain() {
                @Override
                public MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
                    int count = Integer.parseInt(
                            blob.info().metadata().get("persistor-count").orElse("1"));
                    return new PlainReader(super.read(blob, source, context)) {
                        private int read;

                        @Override
                        public boolean hasNext() {
                            return read < count && super.hasNext();
                        }

                        @Override
                        public Message next() {
                            read++;
                            return super.next();
                        }
                    };
                }
            });
        }
    }

    static class Hoarding extends BrokenContract {
        Hoarding() {
            super(new Plain() {
                @Override
                public MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
                    try {
                        byte[] all = blob.content().readAllBytes();
                        return super.read(new OpenBlob(blob.info(), new ByteArrayInputStream(all)), source, context);
                    } catch (IOException e) {
                        throw BlobStoreException.retryable("read " + blob.info().name(), e);
                    }
                }
            });
        }
    }

    static class Nameless extends BrokenContract {
        Nameless() {
            super(new Plain() {
                @Override
                public List<Blob> encode(BlobName name, List<Message> messages, BlobLimits limits) {
                    return super.encode(name, messages, limits).stream()
                            .map(blob -> Blob.of(blob.name(), blob.content(), blob.contentType(), BlobMetadata.empty()))
                            .toList();
                }
            });
        }
    }
}
