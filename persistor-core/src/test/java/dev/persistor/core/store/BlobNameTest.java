package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a//b", "/lead", "x/./y", "x/../y", "a\\b", "a\tb", "a\nb", "dir/", "\uD800"})
    void aNameThatPersistorCannotWriteIsListedAsForeign(String name) {
        BlobName foreign = BlobName.listed(name);
        assertThat(foreign.isForeign()).isTrue();
        assertThat(foreign.value()).isEqualTo(name);
        assertThat(foreign.toString())
                .doesNotContain("\n", "\t")
                .startsWith("\"")
                .endsWith("\"");
        assertThatThrownBy(() -> BlobName.of(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Blob.of(foreign, new byte[1], "t/t", BlobMetadata.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameThatPersistorCanWriteIsListedAsItIs() {
        for (String name : new String[] {"a", "a/b c/é", ".hidden", "a/...", "100%"}) {
            assertThat(BlobName.listed(name)).isEqualTo(BlobName.of(name));
            assertThat(BlobName.listed(name).isForeign()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/../b",
                "a/./b",
                "../a",
                "a\\b",
                "a\u0000b",
                "a\nb",
                "a\u007Fb",
                "a\uD800b",
                "a\uDC00"
            })
    void namesThatCouldLeaveTheirStoreAreRefused(String name) {
        assertThatThrownBy(() -> BlobName.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a blob name: ")
                .hasMessageContaining("at column ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "...", "a/.b", "a b", "%2E%2E/x", "é/😀", "a=b/c+d"})
    void allOtherNamesAreKeptAsTheyAre(String name) {
        assertThat(BlobName.of(name).value()).isEqualTo(name);
    }

    @Test
    void theFolderIsAllBeforeTheLastSlash() {
        assertThat(BlobName.of("a/b/c").folder()).isEqualTo("a/b");
        assertThat(BlobName.of("c").folder()).isEmpty();
    }

    @Test
    void namesAreOrderedByCodePointAndNotByUtf16() {
        assertThat(BlobName.of("\uFFFD")).isLessThan(BlobName.of("😀"));
        assertThat(BlobName.of("a")).isLessThan(BlobName.of("a/b"));
        assertThat(BlobName.of("a-b")).isLessThan(BlobName.of("a/b"));
    }

    @Test
    void theOrderIsThatOfTheUtf8Bytes() {
        String[] pieces = {"a", "b", "-", "/c", "é", "\uFFFD", "\uE000", "😀"};
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            String left = name(pieces, random);
            String right = name(pieces, random);
            int order = Arrays.compareUnsigned(
                    left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
            assertThat(Integer.signum(BlobName.of(left).compareTo(BlobName.of(right))))
                    .as("seed %d: %s and %s", seed, left, right)
                    .isEqualTo(Integer.signum(order));
        }
    }

    private static String name(String[] pieces, Random random) {
        StringBuilder name = new StringBuilder("n");
        for (int length = random.nextInt(4); length > 0; length--) {
            name.append(pieces[random.nextInt(pieces.length)]);
        }
        return name.toString();
    }

    @Test
    void aSuffixGoesBehindTheLastSegment() {
        assertThat(BlobName.of("a/b").withSuffix(".c")).isEqualTo(BlobName.of("a/b.c"));
    }
}
