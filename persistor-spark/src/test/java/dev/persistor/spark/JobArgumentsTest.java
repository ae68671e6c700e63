package dev.persistor.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobArgumentsTest {

    private static JobArguments of(String... texts) {
        return new JobArguments(List.of(texts));
    }

    @Test
    void areFoundInEitherWayToWriteThem() {
        assertThat(of("gs://a", "--shards", "4").value("--shards")).hasValue("4");
        assertThat(of("gs://a", "--shards=4").value("--shards")).hasValue("4");
        assertThat(of("gs://a", "--shards").value("--shards")).isEmpty();
        assertThat(of("--shards", "4", "gs://a", "--json", "--to=x")
                        .without("--shards")
                        .texts())
                .containsExactly("gs://a", "--json", "--to=x");
        assertThat(of("gs://a", "--json", "--to", "x").without("--json").texts())
                .containsExactly("gs://a", "--to", "x");
    }

    @Test
    void nameAPlaceThatAllTasksShare() {
        assertThat(of("--checkpoint", "gs://b/c", "--failed", "gs://b/f").requireShared(JobCommand.REPLAY, false))
                .isEqualTo("gs://b/c");
        assertThat(of("--checkpoint", "folder").requireShared(JobCommand.REPLAY, true))
                .isEqualTo("folder");
        assertThat(of("--report=gs://b/c").requireShared(JobCommand.VERIFY, false))
                .isEqualTo("gs://b/c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--checkpoint=folder|Invalid value for option '--checkpoint': folder is on the machine of one task",
                "--checkpoint=file:///folder|Invalid value for option '--checkpoint': file:///folder is on the machine",
                "--checkpoint=gs://b/c|Invalid value for option '--failed': persistor-failed is on the machine"
                        + " of one task",
                "--yes|Missing required option: '--checkpoint', a store that all tasks share",
                "--shard=0/4|--shard cannot be used in a Spark job",
                "--audit=x|--audit cannot be used in a Spark job; run persistor replay for it",
                "--dry-run|--dry-run cannot be used in a Spark job",
                "--to=stdout:|--to stdout: would print on the executors"
            })
    void thatMeanSomethingElseOnManyMachinesAreRefused(String argument, String message) {
        assertThatThrownBy(() -> of("gs://a", argument).requireShared(JobCommand.REPLAY, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
