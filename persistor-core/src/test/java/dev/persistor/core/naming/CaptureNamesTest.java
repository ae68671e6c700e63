package dev.persistor.core.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureNamesTest {

    private static final String CUSTOM =
            "{Namespace}/{EventHub}/p{PartitionId}--{Year}-{Month}-{Day}/{Hour}{Minute}{Second}";

    private final BlobStore store = BlobStore.over(new MemoryDriver());

    private void put(String... names) {
        for (String name : names) {
            store.put(Blob.of(BlobName.of(name), new byte[0], "application/avro", BlobMetadata.empty()));
        }
    }

    private List<String> list(NamedBlobs names, Set<String> sources, String from, String to) {
        try (Stream<BlobInfo> found =
                names.list(store, "", sources, new TimeRange(Instant.parse(from), Instant.parse(to)))) {
            return found.map(blob -> blob.name().value()).toList();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ns/orders/3/2026/01/31/23/55/00.avro, orders, 3",
        "copies/of/ns/orders/12/2026/01/31/23/55/00.avro.gz, orders, 12",
        "orders/0/2026/01/31/23/55/00.avro, orders, 0"
    })
    void theDefaultNameTellsHubAndPartition(String name, String hub, String partition) {
        assertThat(CaptureNames.DEFAULT.place(BlobName.of(name))).contains(new CaptureNames.Place(hub, partition));
    }

    @Test
    void aFormatOfItsOwnTellsThemToo() {
        CaptureNames names = CaptureNames.parse(CUSTOM);
        assertThat(names.place(BlobName.of("ns/orders/p7--2026-01-31/235500.avro")))
                .contains(new CaptureNames.Place("orders", "7"));
        assertThat(names.place(BlobName.of("ns/orders/7/2026/01/31/23/55/00.avro")))
                .isEmpty();
        assertThat(CaptureNames.DEFAULT.place(BlobName.of("ns/orders/p7--2026-01-31/235500.avro")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{Namespace}/{EventHub}/{Year}; {Day} is missing",
                "{Namespace}/{Hub}; {Hub} is not a field of Event Hubs Capture",
                "{Namespace}/{EventHub}/{EventHub}; {EventHub} occurs twice"
            })
    void aFormatThatCaptureDoesNotTakeIsRefusedByItsField(String format, String problem) {
        assertThatThrownBy(() -> CaptureNames.parse(format))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(problem);
    }

    @Test
    void aRangeOfASourceIsFoundInDefaultNamesAtAnyDepthAndNothingElseIs() {
        put(
                "ns/orders/0/2026/01/30/10/00/00.avro",
                "ns/orders/0/2026/01/31/10/00/00.avro",
                "ns/orders/1/2026/01/31/10/15/00.avro",
                "ns/orders/1/2026/02/01/10/15/00.avro",
                "ns/payments/0/2026/01/31/10/00/00.avro",
                "orders/2026/01/31/10/a.jsonl",
                "hub/0/2026/01/31/10/00/00.avro");
        assertThat(list(CaptureNames.DEFAULT, Set.of("orders"), "2026-01-31T09:00:00Z", "2026-01-31T11:00:00Z"))
                .containsExactly("ns/orders/0/2026/01/31/10/00/00.avro", "ns/orders/1/2026/01/31/10/15/00.avro");
        assertThat(list(CaptureNames.DEFAULT, Set.of("hub"), "2026-01-31T09:00:00Z", "2026-01-31T11:00:00Z"))
                .containsExactly("hub/0/2026/01/31/10/00/00.avro");
    }

    @Test
    void aWindowThatBeganBeforeTheRangeIsFound() {
        put("ns/orders/0/2026/01/31/10/50/00.avro");
        assertThat(list(CaptureNames.DEFAULT, Set.of(), "2026-01-31T11:00:00Z", "2026-01-31T12:00:00Z"))
                .hasSize(1);
    }

    @Test
    void severalRulesFindEachBlobOnceInTheOrderOfNames() {
        put(
                "orders/2026/01/31/10/a.jsonl",
                "t1/orders/2025/01/31/10/b.jsonl",
                "t1/orders/2026/01/31/10/c.jsonl",
                "t1/payments/2026/01/31/10/d.jsonl");
        PathTemplate now = PathTemplate.DEFAULT;
        PathTemplate before = PathTemplate.parse("{attr:tenant}/{source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}");
        AnyOf both = new AnyOf(List.of(now, before));
        assertThat(list(now, Set.of("orders"), "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"))
                .containsExactly("orders/2026/01/31/10/a.jsonl");
        assertThat(list(both, Set.of("orders"), "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"))
                .containsExactly("orders/2026/01/31/10/a.jsonl", "t1/orders/2026/01/31/10/c.jsonl");
        assertThat(both.mayHaveNamed(BlobName.of("t1/orders/2026/01/31/10/c.jsonl")))
                .isTrue();
        assertThat(both.mayHaveNamed(BlobName.of("2026/01/31/c.jsonl"))).isFalse();
    }
}
