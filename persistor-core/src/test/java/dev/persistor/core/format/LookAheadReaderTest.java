package dev.persistor.core.format;

import static dev.persistor.core.fixtures.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStoreException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LookAheadReaderTest {

    private static final Message FIRST = message("1");
    private static final Message SECOND = message("2");

    /** Gives messages, or throws failures, in this order. */
    private static final class Scripted extends LookAheadReader {
        private final Deque<Object> script;
        private int reads;

        Scripted(Object... script) {
            this.script = new ArrayDeque<>(List.of(script));
        }

        @Override
        protected @Nullable Message readNext() {
            reads++;
            Object next = script.poll();
            if (next instanceof RuntimeException failure) {
                throw failure;
            }
            return (Message) next;
        }
    }

    @Test
    void messagesComeInOrderHoweverOftenTheNextOneIsAskedFor() {
        Scripted reader = new Scripted(FIRST, SECOND);
        assertThat(reader.hasNext()).isTrue();
        assertThat(reader.hasNext()).isTrue();
        assertThat(reader.next()).isSameAs(FIRST);
        assertThat(reader.next()).isSameAs(SECOND);
        assertThat(reader.hasNext()).isFalse();
        assertThat(reader.hasNext()).isFalse();
        assertThat(reader.reads).isEqualTo(3);
        assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void damageIsThrownOnceAndEndsTheMessages() {
        FormatException damage = new FormatException("a is damaged", null);
        Scripted reader = new Scripted(FIRST, damage, SECOND);
        assertThat(reader.next()).isSameAs(FIRST);
        assertThatThrownBy(reader::hasNext).isSameAs(damage);
        assertThat(reader.hasNext()).isFalse();
        assertThat(reader.reads).isEqualTo(2);
    }

    @Test
    void anyOtherFailureIsThrownEachTime() {
        for (RuntimeException failure :
                List.of(BlobStoreException.retryable("read a: busy"), new IllegalStateException("a fault of ours"))) {
            Scripted reader = new Scripted(FIRST, failure, SECOND);
            assertThat(reader.next()).isSameAs(FIRST);
            assertThatThrownBy(reader::hasNext).isSameAs(failure);
            assertThatThrownBy(reader::hasNext).isSameAs(failure);
            assertThatThrownBy(reader::next).isSameAs(failure);
            assertThat(reader.reads).isEqualTo(2);
        }
    }

    @Test
    void aClosedReaderGivesNothing() {
        Scripted reader = new Scripted(FIRST, SECOND);
        assertThat(reader.hasNext()).isTrue();
        reader.close();
        assertThat(reader.hasNext()).isFalse();
        assertThat(reader.reads).isEqualTo(1);
    }
}
