package dev.persistor.core.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a replay that need no archive and no target: how fast, how long, what is carried along. */
class ReplayValuesTest {

    private static final Instant TIME = Instant.parse("2026-01-31T02:00:00Z");

    private static Message at(Instant time) {
        return Message.builder()
                .id("1")
                .source("orders")
                .publishTime(time)
                .payload(new byte[3])
                .build();
    }

    @Nested
    class Paces {

        private long nanos = 1_000;
        private final List<Long> waits = new ArrayList<>();

        private void sleep(long wait) {
            waits.add(wait);
            nanos += wait;
        }

        @Test
        void soManyMessagesASecondAreEvenlyApart() throws InterruptedException {
            Throttle pace = Throttle.perSecond(4, () -> nanos, this::sleep);
            for (int i = 0; i < 4; i++) {
                pace.await(at(TIME));
            }
            assertThat(waits).containsExactly(250_000_000L, 250_000_000L, 250_000_000L);
        }

        @Test
        void aPauseIsNotMadeUpFor() throws InterruptedException {
            Throttle pace = Throttle.perSecond(4, () -> nanos, this::sleep);
            pace.await(at(TIME));
            nanos += 10_000_000_000L;
            pace.await(at(TIME));
            pace.await(at(TIME));
            assertThat(waits).containsExactly(250_000_000L);
        }

        @Test
        void timeThatPublishingTookIsNotWaitedAgain() throws InterruptedException {
            Throttle pace = Throttle.perSecond(4, () -> nanos, this::sleep);
            pace.await(at(TIME));
            nanos += 100_000_000L;
            pace.await(at(TIME));
            assertThat(waits).containsExactly(150_000_000L);
        }

        @Test
        void aSpeedKeepsTheSpacingOfThePublishTimes() throws InterruptedException {
            Throttle pace = Throttle.speed(2, () -> nanos, this::sleep);
            pace.await(at(TIME));
            pace.await(at(TIME.plusSeconds(4)));
            nanos += 500_000_000L;
            pace.await(at(TIME.plusSeconds(6)));
            assertThat(waits).containsExactly(2_000_000_000L, 500_000_000L);
        }

        @Test
        void aSpeedThatTheTargetCannotKeepWaitsForNothing() throws InterruptedException {
            Throttle pace = Throttle.speed(1, () -> nanos, this::sleep);
            pace.await(at(TIME));
            nanos += 1_000_000_000L;
            pace.await(at(TIME.plusSeconds(1)));
            pace.await(at(TIME));
            assertThat(waits).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
        void moreThanNothingIsRequired(double value) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Throttle.perSecond(value))
                    .withMessageContaining("messages a second");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Throttle.speed(value))
                    .withMessageContaining("speed");
        }

        @Test
        @Timeout(60)
        void withTheClockOfTheProcessMessagesGoOutToo() throws InterruptedException {
            Throttle rate = Throttle.perSecond(1_000_000);
            Throttle speed = Throttle.speed(1_000_000);
            for (int i = 0; i < 10; i++) {
                rate.await(at(TIME));
                speed.await(at(TIME.plusMillis(i)));
            }
        }

        @Test
        void withoutALimitNothingWaits() throws InterruptedException {
            Throttle.unlimited().await(at(TIME));
            assertThat(waits).isEmpty();
        }
    }

    @Nested
    class BrokerPropertiesOfTargets {

        @ParameterizedTest
        @CsvSource({
            BrokerProperties.OFFSET + ", true",
            BrokerProperties.EXPIRES_AT + ", true",
            BrokerProperties.SCHEDULED_ENQUEUE_TIME + ", true",
            BrokerProperties.SUBSCRIPTION + ", true",
            "x-opt-anything, true",
            "x-optional, false",
            BrokerProperties.CONTENT_TYPE + ", false",
        })
        void ofOneDeliveryAreNotCarried(String name, boolean expected) {
            assertThat(CarriedProperties.isOfOneDelivery(new Attributes.Entry(name, AttributeValue.of("x"))))
                    .isEqualTo(expected);
        }

        @Test
        void withoutAValueAreNotCarried() {
            assertThat(CarriedProperties.isOfOneDelivery(
                            new Attributes.Entry(BrokerProperties.CONTENT_TYPE, AttributeValue.ofNull())))
                    .isTrue();
        }

        @ParameterizedTest
        @CsvSource({"plain, plain", "é😀, é😀", "a\uD800b, a\uFFFDb", "\uDC00😀, \uFFFD😀", "a\uDFFF, a\uFFFD"})
        void textThatIsNoUnicodeIsMadeSo(String text, String sent) {
            assertThat(CarriedProperties.wellFormed(text)).isEqualTo(sent);
        }

        @Test
        void answersOfTargetsMayHaveAnId() {
            assertThat(Published.as("7").id()).contains("7");
            assertThat(Published.withoutId().id()).isEmpty();
        }
    }
}
