package dev.persistor.core.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is said of JSON that cannot be read. The parser's own text quotes it, and it may be payload. */
class MalformedEventExceptionTest {

    private static MalformedEventException reading(JsonFactory factory, String json) {
        try (JsonParser parser = factory.createParser(json)) {
            while (parser.nextToken() != null) {
                parser.getText();
            }
            throw new IllegalStateException("it can be read");
        } catch (IOException e) {
            return MalformedEventException.notJson("the event", e);
        }
    }

    @Test
    void whatIsNoJsonIsSaidWithItsPlaceAndWithoutItsText() {
        MalformedEventException failure = reading(new JsonFactory(), "{\"a\":\n secret}");
        assertThat(failure.reason()).startsWith("the event is not JSON, or has a field twice, at line 2, column");
        assertThat(failure).hasMessageNotContaining("secret").hasNoCause();
    }

    @Test
    void whatIsOverALimitIsSaidWithTheLimit() {
        JsonFactory strict = JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(2).build())
                .build();
        MalformedEventException failure = reading(strict, "[[[\"secret\"]]]");
        assertThat(failure.reason()).startsWith("the event exceeds a limit: ").contains("2");
        assertThat(failure).hasMessageNotContaining("secret").hasNoCause();
    }

    @Test
    void whatCannotBeReadIsSaidByTheKindOfTheFailure() {
        assertThat(MalformedEventException.notJson("the event", new EOFException("secret")))
                .hasMessage("the event cannot be read: it is truncated")
                .hasCauseInstanceOf(EOFException.class);
    }
}
