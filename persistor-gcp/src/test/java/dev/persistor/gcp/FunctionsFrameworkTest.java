package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What other tests rely on. How many frameworks start at once, the property {@code persistor.starts} says. */
@Timeout(600)
class FunctionsFrameworkTest {

    private static final int STARTS = Integer.getInteger("persistor.starts", 3);

    /** Answers with a setting of its process. */
    public static final class Named implements HttpFunction {

        @Override
        public void service(HttpRequest request, HttpResponse response) throws IOException {
            response.getWriter().write(System.getenv("NAME"));
        }
    }

    @Test
    void ofManyThatStartAtOnceEachAnswersForItself() throws Exception {
        ExecutorService starters = Executors.newFixedThreadPool(STARTS);
        List<Future<FunctionsFramework>> started = new ArrayList<>();
        try {
            for (int start = 0; start < STARTS; start++) {
                Map<String, String> environment = Map.of("NAME", "number " + start);
                started.add(starters.submit(() -> FunctionsFramework.startOnTestClassPath(Named.class, environment)));
            }
            for (int start = 0; start < STARTS; start++) {
                assertThat(started.get(start).get().get().body()).isEqualTo("number " + start);
            }
        } finally {
            for (Future<FunctionsFramework> each : started) {
                each.get().close();
            }
            starters.shutdownNow();
        }
    }
}
