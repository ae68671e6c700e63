package dev.persistor.standalone.run;

import dev.persistor.standalone.explore.Explorer;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request and its one answer.
 *
 * <p>Thread-safe.
 */
final class HttpExchange {

    private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Consumer<Error> fatal;
    private final AtomicBoolean answered = new AtomicBoolean();

    HttpExchange(Request request, Response response, Callback callback, Consumer<Error> fatal) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.fatal = fatal;
    }

    /** Does a part of the work. Whatever goes wrong is answered, so that no client waits for ever. */
    void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("Cannot answer a request", e);
            answerAndClose(HttpAnswer.text(500, "internal error; see the log"));
        } catch (Error e) {
            fatal.accept(e);
            answerAndClose(HttpAnswer.later("this process is failing; send the request again"));
        }
    }

    Request request() {
        return request;
    }

    Connection connection() {
        return request.getConnectionMetaData().getConnection();
    }

    /** Returns the path as it was sent, still encoded. */
    String path() {
        return Optional.ofNullable(request.getHttpURI().getPath()).orElse("");
    }

    Optional<String> header(HttpHeader name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /** Runs a task when the answer is sent, or the connection failed before. */
    void whenDone(Runnable task) {
        Request.addCompletionListener(request, failure -> task.run());
    }

    /** Sends the first answer that is given; a connection that is idle meanwhile stays open. */
    void answer(HttpAnswer answer) {
        if (answered.compareAndSet(false, true)) {
            answer.send(response, callback);
        }
    }

    /** Has an explorer answer, in its own time. */
    void answerBy(Explorer explorer) {
        if (answered.compareAndSet(false, true)) {
            explorer.handle(request, response, callback);
        }
    }

    /** Sends an answer, and closes the connection: what is left of the request is not read. */
    void answerAndClose(HttpAnswer answer) {
        if (answered.compareAndSet(false, true)) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            answer.send(response, callback);
        }
    }

    /** Has a pending read of the body fail. Nothing happens while the body is being read. */
    void interruptRead() {
        connection().onIdleExpired(new TimeoutException("the body did not arrive in time"));
    }
}
