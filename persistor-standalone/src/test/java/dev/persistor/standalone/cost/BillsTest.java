package dev.persistor.standalone.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Bills are what a pencil makes of the prices. */
class BillsTest {

    private static final Offset<Double> CENT_OF_A_CENT = within(0.000_05);

    private final Questions million = Questions.million();

    @Nested
    class OnGoogleCloud {

        @Test
        void anObjectAMessage() {
            Bill push = Questions.way(million.gcp(), "push");
            assertThat(push.objects()).isEqualTo(1_000_000);
            // 1,000,000 x 1,200 bytes / 2^40 x 40 USD
            assertThat(push.broker()).isCloseTo(0.04366, CENT_OF_A_CENT);
            // 1,000,000 requests x 0.40 USD / 1,000,000, and an instance that never rests: 10,000 s x (0.000024 + 0.5
            // GiB x
            // 0.0000025) USD = 0.2525 USD, since a call counts as 0.1 s and 100 come in a second
            assertThat(push.compute()).isCloseTo(0.6525, CENT_OF_A_CENT);
            // 1,000,000 x 0.005 USD / 1,000
            assertThat(push.writes()).isCloseTo(5, CENT_OF_A_CENT);
            // 1,000,000 x 1,200 bytes / 2^30 x 0.020 USD
            assertThat(push.storage()).isCloseTo(0.02235, CENT_OF_A_CENT);
            // the four of them
            assertThat(push.total()).isCloseTo(5.7185, within(0.000_2));
            // 1,000 pages x 0.005 USD / 1,000 + 1,000,000 reads x 0.0004 USD / 1,000
            assertThat(push.replay()).isCloseTo(0.405, CENT_OF_A_CENT);
        }

        @Test
        void requestsThatMeetShareAnObject() {
            Bill push = Questions.way(million.gcp(), "push, batches");
            // 100 a second for 0.25 s are 25 in an object
            assertThat(push.objects()).isEqualTo(40_000);
            // 40,000 x 0.005 USD / 1,000
            assertThat(push.writes()).isCloseTo(0.2, CENT_OF_A_CENT);
            // as without batches: one instance that never rests
            assertThat(push.compute()).isCloseTo(0.6525, CENT_OF_A_CENT);
        }

        @Test
        void noMoreRequestsMeetThanAnInstanceServes() {
            // 1,000 a second, each for 0.25 + 0.02 + 0.00058 s: 270.58 at a time, on instances of 10 each, so 27.058 of
            // them
            Questions fast =
                    million.of(new Messages(1_000_000, 1_000, 1_024, 176)).concurrency(10);
            Bill push = Questions.way(fast.gcp(), "push, batches");
            // on each there come 1,000 / 27.058 x 0.25 = 9.23941 in a linger, so 1,000,000 / 9.23941
            assertThat(push.objects()).isCloseTo(108_232, within(1.0));
            // 0.40 USD + 27.058 x 1,000 s x 0.00002525 USD
            assertThat(push.compute()).isCloseTo(1.08321, CENT_OF_A_CENT);
        }

        @Test
        void aFunctionThatPullsRunsForAFewSeconds() {
            Bill pull = Questions.way(million.gcp(), "pull");
            // 60,000 wait when it runs, so objects are full
            assertThat(pull.objects()).isEqualTo(1_000);
            assertThat(pull.broker()).isCloseTo(0.04366, CENT_OF_A_CENT);
            // a run: 5 s of waiting for more, 0.02 s for a write, 60,000 x (0.08 + 0.5 / 1,000) ms = 4.83 s: 9.85 s, so
            // 9.9 s
            // 10,000 s / 600 s = 16.667 runs x 9.9 s x (0.000024 + 0.0000025) USD + 16.667 x 0.0000004 USD
            assertThat(pull.compute()).isCloseTo(0.004379, within(0.000_001));
            // 1,000 x 0.005 USD / 1,000
            assertThat(pull.writes()).isCloseTo(0.005, within(0.000_001));
        }

        @Test
        void aContainerIsThereAllTheTime() {
            Bill container = Questions.way(million.gcp(), "container");
            // 100 in the second that a batch lingers
            assertThat(container.objects()).isEqualTo(10_000);
            // 10,000 s x (0.000018 + 0.000002) USD
            assertThat(container.compute()).isCloseTo(0.2, CENT_OF_A_CENT);
        }

        @Test
        void aContainerIsNotAloneWhereThereIsMoreWork() {
            // 20,000 x (0.08 + 0.5 / 1,000) ms are 1.61 processors, so two for 50 s
            Questions fast = million.of(new Messages(1_000_000, 20_000, 1_024, 176));
            assertThat(Questions.way(fast.gcp(), "container").compute())
                    // 2 x 50 s x 0.00002 USD
                    .isCloseTo(0.002, within(0.000_001));
        }

        @Test
        void theExportIsBilledByBytes() {
            Bill export = million.gcp().export().orElseThrow();
            // 1,000,000 x 1,200 bytes / 2^40 x 50 USD
            assertThat(export.broker()).isCloseTo(0.05457, CENT_OF_A_CENT);
            // 10,000 s / 300 s
            assertThat(export.objects()).isCloseTo(33.33, within(0.01));
            assertThat(export.compute()).isZero();
            // 33.33 x 0.005 USD / 1,000, and 1.2 GB / 2^30 x 0.020 USD
            assertThat(export.writes() + export.storage()).isCloseTo(0.02252, CENT_OF_A_CENT);
        }

        @Test
        void aSmallMessageThatIsPushedCountsAsAThousandBytes() {
            Questions small = million.of(new Messages(1_000_000, 100, 80, 20));
            // 1,000,000 x 1,000 bytes / 2^40 x 40 USD
            assertThat(Questions.way(small.gcp(), "push").broker()).isCloseTo(0.03638, CENT_OF_A_CENT);
            // pulled a thousand at a time, it is what it is: 1,000,000 x 100 bytes / 2^40 x 40 USD
            assertThat(Questions.way(small.gcp(), "pull").broker()).isCloseTo(0.003638, within(0.000_005));
        }

        @Test
        void anotherClassOfStorageHasOtherPrices() {
            Bill pull = Questions.way(million.keptFor(12).gcp("nearline"), "pull");
            // 1,000 x 0.01 USD / 1,000
            assertThat(pull.writes()).isCloseTo(0.01, within(0.000_001));
            // 1.2 GB / 2^30 x 0.010 USD x 12
            assertThat(pull.storage()).isCloseTo(0.13411, CENT_OF_A_CENT);
            // a page x 0.00001 USD + 1,000 x 0.000001 USD + 1.2 GB / 2^30 x 0.01 USD
            assertThat(pull.replay()).isCloseTo(0.01219, CENT_OF_A_CENT);
        }

        @Test
        void largeMessagesFillAnObjectByBytes() {
            // 8 MiB / (65,536 + 176) bytes: 127
            Questions large = million.of(new Messages(1_000_000, 100, 64L << 10, 176));
            assertThat(Questions.way(large.gcp(), "pull").objects()).isCloseTo(1_000_000 / 127.0, within(0.01));
        }

        @Test
        void whatIsCompressedIsStoredSmaller() {
            Bills bills = million.smallerBy(4).gcp();
            // 1.2 GB / 4 / 2^30 x 0.020 USD
            assertThat(Questions.way(bills, "pull").storage()).isCloseTo(0.00559, CENT_OF_A_CENT);
            assertThat(Questions.way(bills, "push").storage()).isCloseTo(0.02235, CENT_OF_A_CENT);
            assertThat(bills.export().orElseThrow().storage()).isCloseTo(0.02235, CENT_OF_A_CENT);
        }

        @Test
        void noBillIsMadeOfWhatPubSubDoesNotTake() {
            Bills bills = million.of(new Messages(1, 1, 10_000_000, 1)).gcp();
            assertThat(bills.ways()).isEmpty();
            assertThat(bills.export()).isEmpty();
            assertThat(bills.leftOut()).containsExactly("Pub/Sub does not accept messages larger than 10000000 bytes");
        }
    }

    @Nested
    class OnAzure {

        @Test
        void anEventThatEventGridDelivers() {
            Bill grid = Questions.way(million.azure(), "Event Grid");
            // 1,000,000 x 0.60 USD / 1,000,000
            assertThat(grid.broker()).isCloseTo(0.6, CENT_OF_A_CENT);
            // 0.40 USD + 10,000 s x 2 GiB x 0.000026 USD: one instance that never rests
            assertThat(grid.compute()).isCloseTo(0.92, CENT_OF_A_CENT);
            // 1,000,000 x 0.05 USD / 10,000
            assertThat(grid.writes()).isCloseTo(5, CENT_OF_A_CENT);
            // 1.2 GB / 2^30 x 0.0208 USD
            assertThat(grid.storage()).isCloseTo(0.02325, CENT_OF_A_CENT);
            // 200 pages x 0.05 USD / 10,000 + 1,000,000 reads x 0.004 USD / 10,000
            assertThat(grid.replay()).isCloseTo(0.401, CENT_OF_A_CENT);
        }

        @Test
        void aMessageOfMoreThan64KibCountsTwice() {
            Questions large = million.of(new Messages(1_000_000, 100, 64L << 10, 176));
            // 1,000,000 x 2 x 0.60 USD / 1,000,000
            assertThat(Questions.way(large.azure(), "Event Grid").broker()).isCloseTo(1.2, CENT_OF_A_CENT);
            // 1,000,000 x (2 of delivery + 1 of completion) x 0.80 USD / 1,000,000
            assertThat(Questions.way(large.azure(), "Service Bus").broker()).isCloseTo(2.4, CENT_OF_A_CENT);
        }

        @Test
        void serviceBusGivesAnInstanceOneMessageAtATime() {
            Bill bus = Questions.way(million.azure(), "Service Bus");
            // 1,000,000 x (1 of delivery + 1 of completion) x 0.80 USD / 1,000,000
            assertThat(bus.broker()).isCloseTo(1.6, CENT_OF_A_CENT);
            // 100 x 0.02058 s = 2.058 instances: 0.40 USD + 2.058 x 10,000 s x 2 GiB x 0.000026 USD
            assertThat(bus.compute()).isCloseTo(1.47016, CENT_OF_A_CENT);
        }

        @Test
        void eventsThatComeSlowlyAreCallsOfTheirOwn() {
            // 25 a second in a partition, where a call takes 0.02058 s
            Bill hub = Questions.way(million.azure(), "Event Hubs");
            assertThat(hub.broker()).isZero();
            assertThat(hub.objects()).isEqualTo(1_000_000);
            // 1,000,000 x 0.40 USD / 1,000,000 + 10,000 s x 2 GiB x 0.000026 USD
            assertThat(hub.compute()).isCloseTo(0.92, CENT_OF_A_CENT);
            assertThat(Questions.way(million.azure(), "Event Hubs, batches").objects())
                    .isEqualTo(1_000_000);
        }

        @Test
        void eventsThatComeWhileACallRunsAreTheNextCall() {
            // 250 a second in a partition: in the 0.0209 s of a call with 5 there come 5.225, in the 0.02098 s of one
            // with 6 no more
            Questions fast = million.of(new Messages(1_000_000, 1_000, 1_024, 176));
            Bill hub = Questions.way(fast.azure(), "Event Hubs, batches");
            assertThat(hub.objects()).isCloseTo(1_000_000 / 6.0, within(0.01));
            // 166,667 x 0.40 USD / 1,000,000 + 1,000 s x 2 GiB x 0.000026 USD
            assertThat(hub.compute()).isCloseTo(0.11867, CENT_OF_A_CENT);
        }

        @Test
        void aFunctionThatPullsAHubRunsForAFewSeconds() {
            Bill pull = Questions.way(million.azure(), "Event Hubs, pull");
            // 15,000 wait in each partition, so objects are full
            assertThat(pull.objects()).isEqualTo(1_000);
            // 16.667 runs x 9.9 s x 2 GiB x 0.000026 USD + 16.667 x 0.0000004 USD
            assertThat(pull.compute()).isCloseTo(0.008587, within(0.000_001));
        }

        @Test
        void aFunctionThatPullsServiceBusPaysForEachMessage() {
            Bill pull = Questions.way(million.azure(), "Service Bus, pull");
            assertThat(pull.broker()).isCloseTo(1.6, CENT_OF_A_CENT);
            assertThat(pull.objects()).isEqualTo(1_000);
        }

        @Test
        void aContainerWritesForEachPartition() {
            Bill container = Questions.way(million.azure(), "Event Hubs, container");
            // 25 a second in a partition
            assertThat(container.objects()).isEqualTo(40_000);
            // 10,000 s x (0.000024 + 2 x 0.000003) USD
            assertThat(container.compute()).isCloseTo(0.3, CENT_OF_A_CENT);
        }

        @Test
        void captureIsBilledByTheHour() {
            Bill capture = million.azure().export().orElseThrow();
            // 10,000 s / 3,600 s x 0.10 USD
            assertThat(capture.broker()).isCloseTo(0.27778, CENT_OF_A_CENT);
            // 4 partitions x 10,000 s / 300 s
            assertThat(capture.objects()).isCloseTo(133.33, within(0.01));
        }

        @Test
        void captureIsBilledForEachThroughputUnit() {
            // 2,500 events a second are 3 units by events, and 2.9 by bytes: 400 s / 3,600 s x 3 x 0.10 USD
            Questions fast = million.of(new Messages(1_000_000, 2_500, 1_024, 176));
            assertThat(fast.azure().export().orElseThrow().broker()).isCloseTo(0.03333, CENT_OF_A_CENT);
            // 100 of 65,712 bytes a second are 7 by bytes: 10,000 s / 3,600 s x 7 x 0.10 USD
            Questions large = million.of(new Messages(1_000_000, 100, 64L << 10, 176));
            assertThat(large.azure().export().orElseThrow().broker()).isCloseTo(1.94444, CENT_OF_A_CENT);
        }

        @Test
        void noBillIsMadeOfWhatABrokerDoesNotTake() {
            Bills bills =
                    million.of(new Messages(1_000_000, 100, 256L << 10, 1)).azure();
            assertThat(bills.ways()).extracting(Bill::mode).doesNotContain("Service Bus", "Service Bus, pull");
            assertThat(bills.leftOut())
                    .containsExactly("Service Bus does not accept messages larger than" + " 262144 bytes");
            assertThat(million.of(new Messages(1, 1, 1L << 20, 1)).azure().ways())
                    .isEmpty();
        }
    }
}
