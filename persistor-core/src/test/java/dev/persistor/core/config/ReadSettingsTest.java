package dev.persistor.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadSettingsTest {

    @Test
    void eachLimitHasASettingWhoseDefaultIsTheLimits() {
        ReadLimits limits = ReadSettings.limits(Map.of("PERSISTOR_STORE", "gs://of-another-setting"));
        for (ReadLimit limit : ReadLimit.values()) {
            assertThat(limits.of(limit)).as("%s", limit).isEqualTo(limit.defaultValue());
        }
        assertThat(ReadSettings.all()).hasSize(ReadLimit.values().length);
    }

    @Test
    void anEnvironmentSetsThem() {
        ReadLimits limits = ReadSettings.limits(Map.of("PERSISTOR_READ_LINE", "1GiB", "PERSISTOR_READ_RATIO", "7"));
        assertThat(limits.of(ReadLimit.LINE)).isEqualTo(1L << 30);
        assertThat(limits.of(ReadLimit.RATIO)).isEqualTo(7);
    }

    @Test
    void aValueThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> ReadSettings.limits(Map.of("PERSISTOR_READ_LINE", "long")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PERSISTOR_READ_LINE")
                .hasMessageContaining("\"long\"");
    }
}
