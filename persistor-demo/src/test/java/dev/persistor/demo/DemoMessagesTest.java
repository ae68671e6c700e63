package dev.persistor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoMessagesTest {

    private final List<Message> messages = DemoMessages.of(500, 1);

    @Test
    void theSameSeedGivesTheSameMessages() {
        assertThat(DemoMessages.of(500, 1)).isEqualTo(messages);
        assertThat(DemoMessages.of(500, 2)).isNotEqualTo(messages);
    }

    @Test
    void someAreEmptySomeLargeAndNoIdComesTwice() {
        assertThat(messages).anyMatch(message -> message.payloadSize() == 0);
        assertThat(messages)
                .filteredOn(message -> message.payloadSize() == DemoMessages.LARGE)
                .hasSize(10);
        assertThat(messages.stream().map(Message::id)).doesNotHaveDuplicates();
    }

    @Test
    void attributesAreWhatPubSubCanHold() {
        for (Message message : messages) {
            for (Attributes.Entry attribute : message.attributes()) {
                assertThat(utf8Size(attribute.name())).isBetween(1, 256);
                assertThat(utf8Size(attribute.value().text())).isBetween(0, 1_024);
            }
        }
    }

    /** Half a surrogate pair has no UTF-8, and comes back as something else. */
    private static int utf8Size(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(text);
        return utf8.length;
    }

    @Test
    void oneInTenIsDeliveredTwiceAndNoneLess() {
        Deliveries deliveries = Deliveries.of(messages, 1);
        assertThat(deliveries.again()).isBetween(25, 75);
        assertThat(deliveries.inOrder()).hasSize(500 + deliveries.again());
        assertThat(new HashSet<>(deliveries.inOrder())).hasSize(500);
    }
}
