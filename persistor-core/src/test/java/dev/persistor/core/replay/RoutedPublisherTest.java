package dev.persistor.core.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.persistor.core.message.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Each source goes to a target of its own. */
class RoutedPublisherTest {

    private final Map<String, CollectingPublisher> opened = new TreeMap<>();
    private final List<String> closed = new ArrayList<>();
    private final RoutedPublisher publisher = new RoutedPublisher("test://{source}", this::open);

    private MessagePublisher open(String source) {
        if (source.equals("missing")) {
            throw new PublishException("open test://missing: it does not exist", false, null);
        }
        if (source.equals("malformed")) {
            throw new IllegalArgumentException("a name has no umlauts");
        }
        CollectingPublisher target = new CollectingPublisher() {
            @Override
            public void close() {
                closed.add(source);
            }
        };
        assertThat(opened.put(source, target)).as(source).isNull();
        return target;
    }

    private static Message message(String source) {
        return Message.builder()
                .id("1")
                .source(source)
                .publishTime(Instant.EPOCH)
                .orderingKey("k")
                .build();
    }

    private List<Message> published(String source) {
        return Objects.requireNonNull(opened.get(source)).published;
    }

    @Test
    void aTargetIsOpenedForTheFirstMessageOfItsSourceAndClosedWithTheOthers() throws InterruptedException {
        assertThat(opened).isEmpty();
        for (String source : List.of("a", "b", "a")) {
            assertThat(publisher.publish(message(source)).join().id()).isPresent();
        }
        assertThat(published("a")).extracting(Message::source).containsExactly("a", "a");
        assertThat(published("b")).extracting(Message::source).containsExactly("b");
        assertThat(publisher.losses(message("c"))).containsExactly("ordering key");
        publisher.close();
        assertThat(closed).containsExactlyInAnyOrder("a", "b", "c");
        assertThatIllegalStateException()
                .isThrownBy(() -> publisher.publish(message("a")))
                .withMessageContaining("test://{source}");
    }

    @Test
    void aTargetThatCannotBeOpenedFailsTheMessagesOfItsSourceOnly() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> publisher.publish(message("missing")).join())
                    .withMessageContaining("does not exist");
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> publisher.publish(message("malformed")).join())
                    .withMessageContaining("the source malformed: a name has no umlauts");
        }
        assertThat(publisher.publish(message("a")).join().id()).isPresent();
        assertThatExceptionOfType(PublishException.class)
                .as("a plan finds it out, too")
                .isThrownBy(() -> publisher.losses(message("missing")));
    }

    @Test
    void aSourceIsEncodedIntoTheAddress() {
        TargetAddress address = TargetAddress.parse("https://host/in/{source}?code=s3cret");
        assertThat(address.isPerSource()).isTrue();
        assertThat(address.of("a/b c")).hasToString("https://host/in/a%2Fb%20c?code=s3cret");
        assertThat(address).hasToString("https://host/in/{source}");
        assertThat(TargetAddress.parse("pubsub://p/t").isPerSource()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> address.of(".."));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetAddress.parse("https://host/s3cret {source}"))
                .withMessageNotContaining("s3cret");
    }

    @Test
    void theKindOfTargetMustBeKnownAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessagePublishers.open(TargetAddress.parse("kafka://host:9092/{source}"), Map.of()))
                .withMessageContaining("dev.persistor:persistor-kafka");
    }
}
