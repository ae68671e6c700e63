package dev.persistor.gcp;

import static dev.persistor.gcp.PullServers.report;
import static dev.persistor.gcp.PullServers.run;
import static dev.persistor.gcp.PullServers.runUntil;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.StopReason;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.GcsServer.Fault;
import io.grpc.Status;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs of the functions that pull, in the real Functions Framework, with Google's clients. Tests share functions, so they run one after
 * another, and each finds an empty topic and an empty bucket.
 */
class PullRunsTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static PullServers servers;
    private static SharedFunctions functions;

    @BeforeAll
    static void start() throws IOException {
        servers = PullServers.start();
        functions = new SharedFunctions(servers.environment());
    }

    @AfterAll
    static void stop() {
        functions.close();
        servers.close();
    }

    @BeforeEach
    void reset() {
        servers.reset();
    }

    /** Returns a function whose runs end by themselves when nothing is left, and which holds 200 messages at most. */
    private static FunctionsFramework untilIdle(Class<?> kind) throws IOException {
        return functions.get(
                kind,
                "PERSISTOR_PULL_IDLE",
                "4s",
                "PERSISTOR_PULL_EXTENSION",
                "10s",
                "PERSISTOR_PULL_OUTSTANDING_MESSAGES",
                "200");
    }

    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void aStoreThatIsDownFailsTheRunAndLosesNothing(Class<?> kind) throws Exception {
        servers.subscribe(LONG);
        servers.publish(300);
        FunctionsFramework function = functions.get(kind);
        servers.gcs.failUploads(
                Stream.generate(() -> Fault.UNAVAILABLE).limit(5_000).toArray(Fault[]::new));
        HttpResponse<String> answer = run(function, "");
        assertThat(answer.statusCode()).isEqualTo(503);
        PullReport report = report(answer);
        assertThat(report.failed()).isEqualTo(report.received()).isPositive();
        assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
        assertThat(servers.unacknowledged()).isEqualTo(300);
        assertThat(servers.archive.list("")).isEmpty();
        servers.gcs.clearFaults();
        // Given back, and not left until the deadline of ten minutes passes.
        assertThat(report(runUntil(function, 300)).persisted()).isEqualTo(300);
        assertThat(servers.unacknowledged()).isZero();
        servers.assertAllArchived();
    }

    @Test
    void aRequestLowersTheLimitsAndTheRestIsLeftForTheNextRun() throws Exception {
        servers.subscribe(LONG);
        servers.publish(200);
        FunctionsFramework function = functions.get(PubSubPullFunction.class);
        PullReport first = report(runUntil(function, 30));
        assertThat(first.received()).isEqualTo(30);
        assertThat(first.stopped()).isEqualTo(StopReason.MESSAGES);
        assertThat(servers.unacknowledged()).isEqualTo(170);
        PullReport second = report(runUntil(function, 170));
        assertThat(second.persisted()).isEqualTo(170);
        assertThat(servers.unacknowledged()).isZero();
        servers.assertAllArchived();
    }

    /** The second run's, since the first has a client to load, and a run that is over before it is connected has failed. */
    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void aRunEndsWhenItsTimeIsOver(Class<?> kind) throws Exception {
        servers.subscribe(LONG);
        servers.publish(1);
        FunctionsFramework function = functions.get(kind);
        assertThat(report(runUntil(function, 1)).stopped()).isEqualTo(StopReason.MESSAGES);
        PullReport report = report(run(function, "{\"seconds\": 3}"));
        assertThat(report.stopped()).isEqualTo(StopReason.DURATION);
        assertThat(report.received()).isZero();
        assertThat(report.time()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(25));
    }

    @Test
    void callsThatFailAndAnswersThatAreLostAreAskedForAgain() throws Exception {
        servers.subscribe(SHORT);
        servers.publish(500);
        servers.pubSub.refusePulls(2, Status.UNAVAILABLE);
        servers.pubSub.losePulls(2, Status.UNAVAILABLE);
        FunctionsFramework function = functions.get(PubSubPullFunction.class);
        HttpResponse<String> answer = runUntil(function, 500);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(report(answer).persisted()).isEqualTo(500);
        assertThat(servers.unacknowledged()).isZero();
        servers.assertAllArchived();
    }

    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void aSubscriptionThatIsNotThereIsSaidAtOnce(Class<?> kind) throws Exception {
        FunctionsFramework function = functions.get(kind);
        HttpResponse<String> answer = run(function, "");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(report(answer).stopped()).isEqualTo(StopReason.FAILURE);
        assertThat(function.log()).contains(PullServers.SUBSCRIPTION).contains("the subscription does not exist");
    }

    @Test
    void whatCannotBeUnderstoodIsRefusedAndSaysWhy() throws Exception {
        servers.subscribe(LONG);
        servers.publish(1);
        FunctionsFramework function = functions.get(PubSubPullFunction.class);
        for (String body : List.of("{\"messages\": 10001}", "{\"seconds\": 0}", "{\"url\": \"x\"}", "[]", "{", "5")) {
            HttpResponse<String> answer = run(function, body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).as(body).isNotBlank();
        }
        assertThat(run(function, "{\"messages\": 10001}").body())
                .contains("messages is 10001")
                .contains("from 1 to 10000");
        assertThat(function.get().statusCode()).isEqualTo(405);
        assertThat(function.post(new byte[5_000]).statusCode()).isEqualTo(413);
        assertThat(servers.unacknowledged()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void aRunArchivesWhatWaitsAndEndsWhenNothingIsLeft(Class<?> kind) throws Exception {
        servers.subscribe(LONG);
        servers.publish(1_000);
        servers.publish(1_000);
        servers.publish(1_000);
        FunctionsFramework function = untilIdle(kind);
        HttpResponse<String> answer = run(function, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        PullReport report = report(answer);
        assertThat(report.received()).isEqualTo(3_000);
        assertThat(report.persisted()).isEqualTo(3_000);
        assertThat(report.failed()).isZero();
        assertThat(report.bytes())
                .isEqualTo(servers.published().stream()
                        .mapToLong(Message::payloadSize)
                        .sum());
        assertThat(report.stopped()).isEqualTo(StopReason.IDLE);
        assertThat(servers.unacknowledged()).isZero();
        servers.assertAllArchived();
        assertThat(servers.gcs.uploads()).as("blobs of 3,000 messages").isLessThan(600);
    }

    /** What was on its way when the stream was closed comes again when its deadline has passed. */
    @Test
    void aStreamBringsMoreThanWasAskedForAndItIsGivenBack() throws Exception {
        servers.subscribe(LONG);
        servers.publish(200);
        FunctionsFramework function = untilIdle(PubSubStreamingPullFunction.class);
        PullReport first = report(runUntil(function, 30));
        assertThat(first.received()).isEqualTo(30);
        assertThat(first.stopped()).isEqualTo(StopReason.MESSAGES);
        assertThat(servers.unacknowledged()).isEqualTo(170);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            assertThat(run(function, "").statusCode()).isEqualTo(200);
            return servers.unacknowledged() == 0;
        });
        servers.assertAllArchived();
    }

    @Test
    void aStreamThatBreaksIsOpenedAgain() throws Exception {
        servers.subscribe(LONG);
        servers.publish(1_000);
        servers.publish(1_000);
        servers.gcs.delayUploads(Duration.ofMillis(200));
        FunctionsFramework function = untilIdle(PubSubStreamingPullFunction.class);
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> run(function, ""));
        Awaitility.await().atMost(PATIENCE).until(() -> servers.gcs.uploads() > 1);
        servers.pubSub.breakStreams(Status.UNAVAILABLE);
        int left = servers.unacknowledged();
        assertThat(report(answer.get()).stopped()).isEqualTo(StopReason.IDLE);
        assertThat(left).as("messages that came after the break").isPositive();
        assertThat(servers.unacknowledged()).isZero();
        ArchiveComparison comparison = ArchiveComparison.of(servers.published(), servers.archive);
        assertThat(comparison.lost()).isEmpty();
        assertThat(comparison.altered()).isEmpty();
    }
}
