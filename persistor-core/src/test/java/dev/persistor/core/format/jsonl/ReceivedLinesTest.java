package dev.persistor.core.format.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.ReceivedLines;
import dev.persistor.core.format.ReceivedMessageException;
import dev.persistor.core.format.Shown;
import dev.persistor.core.message.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedLinesTest {

    private static final int MOST = 3;
    private static final String LINE =
            "{\"id\":\"1\",\"publishTime\":\"2026-01-31T02:10:00Z\",\"source\":\"web\",\"data\":\"x\"}";

    private static List<Message> read(String text) throws ReceivedMessageException {
        byte[] content = ("#" + text + "#").getBytes(StandardCharsets.UTF_8);
        ReceivedLines lines = new SentLines(content, 1, content.length - 2, "web", MOST);
        List<Message> messages = new ArrayList<>();
        Optional<Message> next = lines.next();
        while (next.isPresent()) {
            messages.add(next.get());
            next = lines.next();
        }
        return messages;
    }

    private static String attributes(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> "\"a" + number + "\":\"\"")
                .collect(Collectors.joining(",", "\"attributes\":{", "},"));
    }

    private static String with(String field) {
        return LINE.replace("\"data\"", field + "\"data\"");
    }

    @Test
    void theSourceMayBeLeftOutAndBlankLinesAreSkipped() throws Exception {
        assertThat(read(LINE + "\r\n\n  \n" + LINE.replace("\"source\":\"web\",", "") + "\n"))
                .extracting(Message::source)
                .containsExactly("web", "web");
        assertThat(read(LINE)).hasSize(1);
        assertThat(read("")).isEmpty();
    }

    /** As the writer would write it, so that it is scanned, and otherwise, so that it is parsed. */
    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void attributesAreLimitedWhileTheyAreRead(String blank) throws Exception {
        assertThat(read(blank + with(attributes(MOST)))).hasSize(1);
        assertThatThrownBy(() -> read(LINE + "\n" + blank + with(attributes(MOST + 1))))
                .isInstanceOfSatisfying(
                        ReceivedMessageException.class,
                        e -> assertThat(e.isTooLarge()).isTrue())
                .hasMessage("line 2 has more than 3 attributes");
        String typed = "\"typedAttributes\":[" + "[\"a\",\"b\"],".repeat(MOST) + "[\"a\",\"b\"]],";
        assertThatThrownBy(() -> read(blank + with(typed))).hasMessage("line 1 has more than 3 attributes");
        String properties = attributes(MOST + 1).replace("attributes", "brokerProperties");
        assertThatThrownBy(() -> read(blank + with(properties))).hasMessage("line 1 has more than 3 attributes");
    }

    @Test
    void timesAreThoseOfRfc3339() throws Exception {
        assertThat(read(LINE.replace("2026-01-31T02:10:00Z", "2026-01-31t03:10:00.5+01:00") + "\n"
                        + LINE.replace("2026-01-31T02:10:00Z", "2016-12-31T23:59:60Z")))
                .extracting(Message::publishTime)
                .containsExactly(Instant.parse("2026-01-31T02:10:00.5Z"), Instant.parse("2017-01-01T00:00:00Z"));
    }

    @Test
    void whatEndsTheReadingNamesLineFieldValueAndWhatIsAllowed() {
        assertMalformed(
                LINE.replace("2026-01-31T02:10:00Z", "noon"),
                "publishTime is \"noon\"; it must be an" + " RFC 3339 time");
        assertMalformed(LINE.replace("\"1\"", "1"), "id is \"1\"; it must be a JSON text");
        assertMalformed(LINE.replace("\"1\"", "{}"), "id is an object; it must be a JSON text");
        assertMalformed(LINE.replace("\"web\"", "\"few\""), "source is \"few\"; it must be \"web\"");
        assertMalformed(with("\"ordering_key\":\"k\","), "unknown field \"ordering_key\"; the fields are [id, ");
        assertMalformed(with("\"id\":\"2\","), "id occurs twice");
        assertMalformed(LINE + LINE, "there is text after the message");
        assertMalformed("[]", "a line is not a JSON object");
        assertMalformed("{\"id\":\"secret", "this is not a complete JSON message");
        assertMalformed(LINE.replace("\"id\":\"1\",", ""), "a message needs a non-empty id");
        assertMalformed("\u001F\u008B" + LINE, "this is not a complete JSON message");
    }

    private static void assertMalformed(String line, String reason) {
        assertThatThrownBy(() -> read(LINE + "\n" + line + "\n" + LINE))
                .isInstanceOfSatisfying(
                        ReceivedMessageException.class,
                        e -> assertThat(e.isTooLarge()).isFalse())
                .hasMessageStartingWith("line 2: ")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("secret");
    }

    @Test
    void aValueIsShownOnOneLineAndCut() {
        assertThat(Shown.text("a\n\u001b[0m\u202Eb")).isEqualTo("\"a\\u000a\\u001b[0m\\u202eb\"");
        assertThat(Shown.text("x".repeat(81))).isEqualTo("\"" + "x".repeat(80) + "...\"");
        assertThat(Shown.text("\uD83D\uDE00".repeat(80))).isEqualTo("\"" + "\uD83D\uDE00".repeat(80) + "\"");
    }
}
