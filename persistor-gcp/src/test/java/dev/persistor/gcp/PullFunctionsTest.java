package dev.persistor.gcp;

import static dev.persistor.gcp.PullServers.report;
import static dev.persistor.gcp.PullServers.run;
import static dev.persistor.gcp.PullServers.runUntil;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.StopReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that pull, each with settings of its own, in the real Functions Framework, with Google's clients. */
@Execution(ExecutionMode.CONCURRENT)
class PullFunctionsTest {

    /** As short as Pub/Sub has deadlines; a busy machine needs its time to put one off. */
    private static final Duration SHORT = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private PullServers servers;

    @BeforeEach
    void start() throws IOException {
        servers = PullServers.start();
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    private FunctionsFramework function(Class<?> function, String... settings) throws IOException {
        return FunctionsFramework.start(function, servers.environment(settings));
    }

    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void nothingIsAcknowledgedBeforeItIsDurableAndDeadlinesArePutOff(Class<?> kind) throws Exception {
        // Shorter than the store takes: what is held comes again, unless its deadline is put off.
        servers.subscribe(SHORT);
        servers.publish(50);
        CountDownLatch letGo = new CountDownLatch(1);
        try (FunctionsFramework function =
                function(kind, "PERSISTOR_PULL_EXTENSION", "10s", "PERSISTOR_RETRY_DEADLINE", "20s")) {
            servers.gcs.holdUploads(letGo);
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> run(function, "{\"messages\": 50}"));
            Awaitility.await().atMost(PATIENCE).until(() -> servers.gcs.uploads() > 0);
            // Longer than the deadline as it was put off, too, so that it must have been put off again.
            Duration held = SHORT.plusSeconds(2);
            Awaitility.await()
                    .during(held)
                    .atMost(held.plus(PATIENCE))
                    .until(() -> servers.unacknowledged() == 50 && !answer.isDone());
            letGo.countDown();
            assertThat(report(answer.get()).received()).isEqualTo(50);
            assertThat(servers.unacknowledged()).as(function.log()).isZero();
            servers.assertAllArchived();
        } finally {
            letGo.countDown();
        }
    }

    @Test
    void whatWasPushedBeforeIsFoundThere() throws Exception {
        servers.subscribe(Duration.ofMinutes(10));
        servers.publish(20);
        Map<String, String> toPush =
                Map.of("PERSISTOR_STORE", "gs://archive", "STORAGE_EMULATOR_HOST", servers.gcs.endpoint());
        try (FunctionsFramework push = FunctionsFramework.start(PubSubPushEndpoint.class, toPush);
                FunctionsFramework pull = function(
                        PubSubPullFunction.class, "PERSISTOR_FORMAT", "raw", "PERSISTOR_BATCH_MESSAGES", "1")) {
            for (PubsubMessage message : servers.pubSub.published("project", "topic")) {
                assertThat(push.post(pushed(message)).statusCode()).isEqualTo(204);
            }
            PullReport report = report(runUntil(pull, 20));
            assertThat(report.alreadyThere()).isEqualTo(20);
            assertThat(report.persisted()).isZero();
            assertThat(servers.unacknowledged()).isZero();
            servers.assertAllArchived();
        }
    }

    private static byte[] pushed(PubsubMessage message) {
        Instant time = Instant.ofEpochSecond(
                message.getPublishTime().getSeconds(), message.getPublishTime().getNanos());
        return ("{\"message\":{\"data\":\""
                        + Base64.getEncoder().encodeToString(message.getData().toByteArray())
                        + "\",\"attributes\":{\"number\":\"" + message.getAttributesOrThrow("number")
                        + "\",\"kind\":\"é😀\"},\"messageId\":\"" + message.getMessageId() + "\",\"publishTime\":\""
                        + time + "\",\"orderingKey\":\"" + message.getOrderingKey() + "\"},\"subscription\":\""
                        + PullServers.SUBSCRIPTION + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Where packets are dropped on their way, nothing comes and nothing fails: that is not a subscription without messages. */
    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void whatIsNotReachedIsNotTakenForEmpty(Class<?> kind) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                FunctionsFramework function = function(
                        kind,
                        "PUBSUB_EMULATOR_HOST",
                        "127.0.0.1:" + silent.getLocalPort(),
                        "PERSISTOR_PULL_IDLE",
                        "100ms")) {
            HttpResponse<String> answer = run(function, "{\"seconds\": 2}");
            assertThat(answer.statusCode()).as(function.log()).isEqualTo(503);
            assertThat(report(answer).stopped()).isEqualTo(StopReason.FAILURE);
            assertThat(function.log()).contains(PullServers.SUBSCRIPTION);
        }
    }

    @Test
    void settingsThatDoNotDoAreNamedInTheLog() throws Exception {
        try (FunctionsFramework function = function(
                PubSubPullFunction.class, "PERSISTOR_SUBSCRIPTION", "orders", "PERSISTOR_PULL_EXTENSION", "5s")) {
            assertThat(run(function, "").statusCode()).isEqualTo(500);
            assertThat(function.log())
                    .contains("PERSISTOR_SUBSCRIPTION", "projects/PROJECT/subscriptions/NAME")
                    .contains("PERSISTOR_PULL_EXTENSION", "10s to 600s");
        }
    }
}
