package dev.persistor.standalone.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all bills, whatever is asked. */
class BillLawsTest {

    private static final int ROUNDS = 300;

    private static Questions any(Random random) {
        double rate = Math.pow(10, random.nextDouble() * 7 - 2);
        long size = (long) Math.pow(2, random.nextDouble() * 17);
        return Questions.million()
                .of(new Messages(1 + random.nextInt(10_000_000), rate, size, random.nextInt(1_000)))
                .batches(1 + random.nextInt(5_000));
    }

    private static List<Bill> bills(Questions questions) {
        Bills gcp = questions.gcp();
        Bills azure = questions.azure();
        return Stream.of(gcp.ways().stream(), gcp.export().stream(), azure.ways().stream(), azure.export().stream())
                .flatMap(bills -> bills)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void twiceTheMessagesCostTwiceAsMuch(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Questions one = any(random);
            Messages messages = one.messages();
            List<Bill> once = bills(one);
            List<Bill> twice = bills(
                    one.of(new Messages(2 * messages.number(), messages.rate(), messages.size(), messages.extra())));
            for (int index = 0; index < once.size(); index++) {
                double expected = 2 * once.get(index).total();
                assertThat(twice.get(index).total())
                        .as("%s of %s, round %d of seed %d", once.get(index).mode(), messages, round, seed)
                        .isCloseTo(expected, within(expected * 1e-9));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void moreInABatchNeverCostMoreWrites(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Questions questions = any(random);
            int few = 1 + random.nextInt(1_000);
            List<Bill> less = bills(questions.batches(few));
            List<Bill> more = bills(questions.batches(few + 1 + random.nextInt(1_000)));
            for (int index = 0; index < less.size(); index++) {
                assertThat(more.get(index).writes())
                        .as("%s of %s, round %d of seed %d", less.get(index).mode(), questions, round, seed)
                        .isLessThanOrEqualTo(less.get(index).writes() * (1 + 1e-9));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void largerMessagesNeverCostLess(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Questions questions = any(random);
            Messages small = questions.messages();
            List<Bill> less = bills(questions);
            List<Bill> more = bills(questions.of(new Messages(
                    small.number(), small.rate(), small.size() + 1 + random.nextInt(9_999), small.extra())));
            for (int index = 0; index < less.size(); index++) {
                // Compute is left out: a batch that bytes fill sooner is written more often and waits less.
                assertThat(more.get(index).broker() + more.get(index).storage())
                        .as("%s of %s, round %d of seed %d", less.get(index).mode(), small, round, seed)
                        .isGreaterThanOrEqualTo(
                                less.get(index).broker() + less.get(index).storage());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 12})
    void noPartIsLessThanNothingAndNoObjectIsWithoutAMessage(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Questions questions = any(random);
            assertThat(bills(questions))
                    .as("%s, round %d of seed %d", questions, round, seed)
                    .allSatisfy(bill -> {
                        assertThat(List.of(bill.broker(), bill.compute(), bill.writes(), bill.storage(), bill.replay()))
                                .allSatisfy(
                                        part -> assertThat(part).isNotNegative().isFinite());
                        assertThat(bill.total()).isPositive();
                    });
            assertThat(Stream.concat(questions.gcp().ways().stream(), questions.azure().ways().stream()))
                    .allSatisfy(bill -> assertThat(bill.objects())
                            .isLessThanOrEqualTo(questions.messages().number()));
        }
    }
}
