package dev.persistor.core.format.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.CharConversionException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

    private static boolean isUtf8ToThePlatform(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static void assertLikeThePlatform(byte[] bytes) {
        assertThat(Utf8.isValid(bytes, bytes.length))
                .as("%s", Arrays.toString(bytes))
                .isEqualTo(isUtf8ToThePlatform(bytes));
    }

    @Test
    void everySequenceOfTwoBytesIsJudgedAsThePlatformDoesWhateverFollows() {
        byte[] thirds = {0, 0x7F, (byte) 0x80, (byte) 0xBF, (byte) 0xC0, (byte) 0xFF};
        for (int i = 0x7000; i < 0x10000; i++) {
            for (byte third : thirds) {
                byte[] bytes = {(byte) (i >> 8), (byte) i, third};
                if (Utf8.isValid(bytes, 3) != isUtf8ToThePlatform(bytes)) {
                    assertLikeThePlatform(bytes);
                }
            }
        }
    }

    @Test
    void theEdgesOfFourBytesAreJudgedAsThePlatformDoes() {
        for (int first = 0xEF; first <= 0xFF; first++) {
            for (int second : new int[] {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
                for (int third : new int[] {0x7F, 0x80, 0xBF, 0xC0}) {
                    for (int fourth : new int[] {0x7F, 0x80, 0xBF, 0xC0}) {
                        assertLikeThePlatform(new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth});
                    }
                }
            }
        }
    }

    @Test
    void longTextsAreJudgedAsThePlatformDoesWhereverTheyAreBroken() {
        byte[] text = "plain, then é and € and 😀, then plain again".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= text.length; length++) {
            assertLikeThePlatform(Arrays.copyOf(text, length));
        }
        for (int i = 0; i < text.length; i++) {
            for (int bit = 1; bit < 0x100; bit <<= 1) {
                byte[] flipped = text.clone();
                flipped[i] ^= (byte) bit;
                assertLikeThePlatform(flipped);
            }
        }
    }

    @Test
    void onlyTheFirstBytesCount() {
        assertThat(Utf8.isValid(new byte[] {'a', (byte) 0xFF}, 1)).isTrue();
    }

    @Test
    void aTextIsWellFormedUnlessASurrogateIsAlone() {
        assertThat(Utf8.isWellFormed("")).isTrue();
        assertThat(Utf8.isWellFormed("é€😀\uFFFF\u0000")).isTrue();
        for (String text : new String[] {"\uD800", "a\uDBFF", "\uDC00", "\uDE00\uD83D", "😀\uD83D", "\uD83Da"}) {
            assertThat(Utf8.isWellFormed(text)).as(text).isFalse();
        }
    }

    @Test
    void textsInPiecesBecomeTheBytesThatThePlatformMakes() throws CharConversionException {
        Random random = new Random(5);
        Utf8Writer writer = new Utf8Writer();
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(40), 0, 5)
                    .forEach(kind -> text.append(new String[] {"plain", "é", "€", "😀", "\u0000\n"}[kind]));
            writer.reset(random.nextInt(100));
            char[] characters = text.toString().toCharArray();
            int at = 0;
            while (at < characters.length) {
                int length = 1 + random.nextInt(characters.length - at);
                writer.write(characters, at, length);
                at += length;
            }
            assertThat(writer.toBytes()).isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aLoneSurrogateHasNoBytes() {
        for (String text : new String[] {"\uD800", "\uD800a", "\uDC00", "\uD800\uD800\uDC00", "aé\uDC00"}) {
            Utf8Writer writer = new Utf8Writer();
            assertThatThrownBy(() -> {
                        writer.write(text);
                        writer.toBytes();
                    })
                    .isInstanceOf(CharConversionException.class);
        }
    }

    @Test
    void newlinesAndBytesBeyondAsciiAreFoundWhereTheyAre() {
        Random random = new Random(9);
        byte[] alphabet = {'\n', '\n' + 1, 0x0B, (byte) 0x8A, 'a', 0, (byte) 0x80, (byte) 0xFF, '\n' - 1};
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(40)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = random.nextInt(4) == 0 ? alphabet[random.nextInt(alphabet.length)] : (byte) 'x';
            }
            int from = random.nextInt(bytes.length);
            int end = from + random.nextInt(bytes.length - from + 1);
            assertThat(ByteScan.indexOfNewline(bytes, from, end)).isEqualTo(firstNewline(bytes, from, end));
            assertThat(ByteScan.indexBeyondAscii(bytes, from, end)).isEqualTo(firstBeyondAscii(bytes, from, end));
        }
    }

    private static int firstNewline(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    private static int firstBeyondAscii(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && bytes[i] >= 0) {
            i++;
        }
        return i;
    }
}
