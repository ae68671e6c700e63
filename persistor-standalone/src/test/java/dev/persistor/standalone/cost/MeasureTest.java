package dev.persistor.standalone.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasureTest {

    @ParameterizedTest
    @CsvSource({
        "BYTES, TiB, 1099511627776",
        "BYTES, 10 GiB, 10737418240",
        "STORED, GiB-month, 1073741824",
        "COUNT, operation, 1",
        "COUNT, 1000 operations, 1000",
        "COUNT, 1000000 requests, 1000000",
        "COUNT, 10 executions, 10",
        "VCPU, vCPU-second, 1",
        "VCPU, vCPU-hour, 3600",
        "MEMORY, 1000 GiB-second, 1000",
        "CAPACITY, unit-hour, 1",
    })
    void aUnitIsWhatListsWrite(Measure measure, String text, long amount) {
        assertThat(measure.amount(text)).contains(BigDecimal.valueOf(amount));
    }

    @ParameterizedTest
    @CsvSource({
        "BYTES, GB",
        "BYTES, GiB-month",
        "STORED, GiB",
        "COUNT, 0 operations",
        "COUNT, -1 operations",
        "COUNT, 1000",
        "COUNT, ''",
        "VCPU, second",
        "MEMORY, 1.5 GiB-second",
        "CAPACITY, hours",
    })
    void anythingElseIsNone(Measure measure, String text) {
        assertThat(measure.amount(text)).isEmpty();
    }
}
