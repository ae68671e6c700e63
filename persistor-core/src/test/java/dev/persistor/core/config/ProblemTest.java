package dev.persistor.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ProblemTest {

    private static final Setting<String> ADDRESS = setting("PERSISTOR_ADDRESS");
    private static final Setting<String> OTHER = setting("PERSISTOR_OTHER");

    private static Setting<String> setting(String name) {
        return Setting.optional(name, "It means something.", "something", Function.identity());
    }

    private static String key(String name) {
        return name.substring(Settings.PREFIX.length()).toLowerCase(Locale.ROOT);
    }

    @Test
    void aProblemSaysWhichSettingIsWrongAndWhy() {
        Problem problem = Problem.of(ADDRESS, " is \"x\", the same as ", OTHER, "; it must differ");
        assertThat(problem.setting()).contains("PERSISTOR_ADDRESS");
        assertThat(problem.line()).isEmpty();
        assertThat(problem).hasToString("PERSISTOR_ADDRESS is \"x\", the same as PERSISTOR_OTHER; it must differ");
    }

    @Test
    void aFileWritesTheNamesAndNotTheValuesInItsOwnWay() {
        Problem problem = Problem.of(ADDRESS, " is \"PERSISTOR_OTHER\"; see ", OTHER)
                .written(ProblemTest::key)
                .in("captures.a")
                .at(7);
        assertThat(problem.setting()).contains("address");
        assertThat(problem.section()).contains("captures.a");
        assertThat(problem.line()).hasValue(7);
        assertThat(problem.message()).isEqualTo("address is \"PERSISTOR_OTHER\"; see other");
        assertThat(problem).hasToString("line 7: captures.a: address is \"PERSISTOR_OTHER\"; see other");
    }

    @Test
    void equalProblemsAreEqualValues() {
        assertThat(Problem.of(ADDRESS, " is missing")).isEqualTo(Problem.about(ADDRESS, ADDRESS, " is missing"));
        assertThat(Problem.of(ADDRESS, " is missing")).isNotEqualTo(Problem.of(OTHER, " is missing"));
    }

    @Test
    void secretsInValuesAreHidden() {
        assertThat(Problem.of(ADDRESS, " is \"https://host/?sig=s3cret\"").toString())
                .doesNotContain("s3cret");
        assertThat(Problem.of("SharedAccessKey=s3cret").message()).doesNotContain("s3cret");
    }

    @Test
    void anExceptionCountsItsProblemsAndListsThem() {
        assertThat(new SettingsException(Problem.of("one"))).hasMessage("The configuration has 1 error:\n  - one");
    }
}
