package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.Message;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.StopReason;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.GcsServer.Fault;
import dev.persistor.testkit.gcp.PubSubServer;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions that pull, in the real Functions Framework, with Google's clients against servers on this machine. */
@Execution(ExecutionMode.CONCURRENT)
class PullFunctionsTest {

    private static final String SUBSCRIPTION = "projects/project/subscriptions/orders";
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** As short as Pub/Sub has deadlines; a busy machine needs its time to put one off. */
    private static final Duration SHORT = Duration.ofSeconds(10);

    private PubSubServer pubSub;
    private GcsServer gcs;
    private BlobStore archive;
    private PublishedMessages messages;

    @BeforeEach
    void start() throws IOException {
        pubSub = PubSubServer.start(Clock.systemUTC());
        pubSub.createTopic("project", "topic");
        messages = new PublishedMessages(pubSub, "project", "topic", SUBSCRIPTION);
        gcs = GcsServer.start();
        archive = BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
    }

    @AfterEach
    void stop() {
        archive.close();
        gcs.close();
        pubSub.close();
    }

    private FunctionsFramework function(Class<?> function, String... more) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "gs://archive",
                "STORAGE_EMULATOR_HOST", gcs.endpoint(),
                "PUBSUB_EMULATOR_HOST", pubSub.emulatorHost(),
                "PERSISTOR_SUBSCRIPTION", SUBSCRIPTION,
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_BATCH_MESSAGES", "500",
                "PERSISTOR_BATCH_LINGER", "50ms",
                "PERSISTOR_RETRY_DEADLINE", "500ms",
                // Something else ends a run: a busy machine takes its time to connect.
                "PERSISTOR_PULL_IDLE", "1m"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return FunctionsFramework.start(function, environment);
    }

    private void subscribe(Duration deadline) {
        pubSub.createSubscription("project", "orders", "topic", deadline, false);
    }

    private void publish(int count) {
        messages.publish(count);
    }

    /** Returns what was published, as it is to be archived. */
    private List<Message> published() {
        return messages.messages("orders");
    }

    private int unacknowledged() {
        return pubSub.unacknowledged("project", "orders");
    }

    private static PullReport report(HttpResponse<String> answer) throws Exception {
        return PullReport.read(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> run(FunctionsFramework function, String limits) throws Exception {
        return function.post(limits.getBytes(StandardCharsets.UTF_8));
    }

    /** Runs until so many have come. */
    private static HttpResponse<String> runUntil(FunctionsFramework function, int messages) throws Exception {
        return run(function, "{\"messages\": " + messages + "}");
    }

    private void assertArchived(List<Message> expected) {
        ArchiveComparison comparison = ArchiveComparison.of(expected, archive);
        assertThat(comparison.isExact()).as("%s", comparison).isTrue();
    }

    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void aRunArchivesWhatWaitsAndEndsWhenNothingIsLeft(Class<?> kind) throws Exception {
        subscribe(LONG);
        publish(1_000);
        publish(1_000);
        publish(1_000);
        try (FunctionsFramework function = function(kind, "PERSISTOR_PULL_IDLE", "10s")) {
            HttpResponse<String> answer = run(function, "");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            PullReport report = report(answer);
            assertThat(report.received()).isEqualTo(3_000);
            assertThat(report.persisted()).isEqualTo(3_000);
            assertThat(report.failed()).isZero();
            assertThat(report.bytes())
                    .isEqualTo(
                            published().stream().mapToLong(Message::payloadSize).sum());
            assertThat(report.stopped()).isEqualTo(StopReason.IDLE);
            assertThat(unacknowledged()).isZero();
            assertArchived(published());
            assertThat(gcs.uploads()).as("blobs of 3,000 messages").isLessThan(600);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void nothingIsAcknowledgedBeforeItIsDurableAndDeadlinesArePutOff(Class<?> kind) throws Exception {
        // Shorter than the store takes: what is held comes again, unless its deadline is put off.
        subscribe(SHORT);
        publish(50);
        CountDownLatch letGo = new CountDownLatch(1);
        try (FunctionsFramework function =
                function(kind, "PERSISTOR_PULL_EXTENSION", "10s", "PERSISTOR_RETRY_DEADLINE", "20s")) {
            gcs.holdUploads(letGo);
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> unchecked(function, "{\"messages\": 50}"));
            Awaitility.await().atMost(PATIENCE).until(() -> gcs.uploads() > 0);
            // Longer than the deadline as it was put off, too, so that it must have been put off again.
            Duration held = SHORT.plusSeconds(2);
            Awaitility.await()
                    .during(held)
                    .atMost(held.plus(PATIENCE))
                    .until(() -> unacknowledged() == 50 && !answer.isDone());
            letGo.countDown();
            assertThat(report(answer.get()).received()).isEqualTo(50);
            assertThat(unacknowledged()).as(function.log()).isZero();
            assertArchived(published());
        } finally {
            letGo.countDown();
        }
    }

    private static HttpResponse<String> unchecked(FunctionsFramework function, String limits) {
        try {
            return run(function, limits);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void aStoreThatIsDownFailsTheRunAndLosesNothing(Class<?> kind) throws Exception {
        subscribe(LONG);
        publish(300);
        try (FunctionsFramework function = function(kind)) {
            gcs.failUploads(
                    Stream.generate(() -> Fault.UNAVAILABLE).limit(5_000).toArray(Fault[]::new));
            HttpResponse<String> answer = run(function, "");
            assertThat(answer.statusCode()).isEqualTo(503);
            PullReport report = report(answer);
            assertThat(report.failed()).isEqualTo(report.received()).isPositive();
            assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
            assertThat(unacknowledged()).isEqualTo(300);
            assertThat(archive.list("")).isEmpty();
            gcs.clearFaults();
            // Given back, and not left until the deadline of ten minutes passes.
            assertThat(report(runUntil(function, 300)).persisted()).isEqualTo(300);
            assertThat(unacknowledged()).isZero();
            assertArchived(published());
        }
    }

    @Test
    void aRequestLowersTheLimitsAndTheRestIsLeftForTheNextRun() throws Exception {
        subscribe(LONG);
        publish(200);
        try (FunctionsFramework function = function(PubSubPullFunction.class)) {
            PullReport first = report(runUntil(function, 30));
            assertThat(first.received()).isEqualTo(30);
            assertThat(first.stopped()).isEqualTo(StopReason.MESSAGES);
            assertThat(unacknowledged()).isEqualTo(170);
            PullReport second = report(runUntil(function, 170));
            assertThat(second.persisted()).isEqualTo(170);
            assertThat(unacknowledged()).isZero();
            assertArchived(published());
        }
    }

    /** What was on its way when the stream was closed comes again when its deadline has passed. */
    @Test
    void aStreamBringsMoreThanWasAskedForAndItIsGivenBack() throws Exception {
        subscribe(LONG);
        publish(200);
        try (FunctionsFramework function = function(
                PubSubStreamingPullFunction.class, "PERSISTOR_PULL_EXTENSION", "10s", "PERSISTOR_PULL_IDLE", "10s")) {
            PullReport first = report(runUntil(function, 30));
            assertThat(first.received()).isEqualTo(30);
            assertThat(first.stopped()).isEqualTo(StopReason.MESSAGES);
            assertThat(unacknowledged()).isEqualTo(170);
            Awaitility.await().atMost(PATIENCE).until(() -> {
                assertThat(run(function, "").statusCode()).isEqualTo(200);
                return unacknowledged() == 0;
            });
            assertArchived(published());
        }
    }

    /** The second run's, since the first has a client to load, and a run that is over before it is connected has failed. */
    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void aRunEndsWhenItsTimeIsOver(Class<?> kind) throws Exception {
        subscribe(LONG);
        publish(1);
        try (FunctionsFramework function = function(kind, "PERSISTOR_PULL_IDLE", "1m")) {
            assertThat(report(runUntil(function, 1)).stopped()).isEqualTo(StopReason.MESSAGES);
            PullReport report = report(run(function, "{\"seconds\": 3}"));
            assertThat(report.stopped()).isEqualTo(StopReason.DURATION);
            assertThat(report.received()).isZero();
            assertThat(report.time()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(25));
        }
    }

    @Test
    void whatWasPushedBeforeIsFoundThere() throws Exception {
        subscribe(LONG);
        publish(20);
        Map<String, String> toPush = Map.of("PERSISTOR_STORE", "gs://archive", "STORAGE_EMULATOR_HOST", gcs.endpoint());
        try (FunctionsFramework push = FunctionsFramework.start(PubSubPushEndpoint.class, toPush);
                FunctionsFramework pull = function(
                        PubSubPullFunction.class, "PERSISTOR_FORMAT", "raw", "PERSISTOR_BATCH_MESSAGES", "1")) {
            for (PubsubMessage message : pubSub.published("project", "topic")) {
                assertThat(push.post(pushed(message)).statusCode()).isEqualTo(204);
            }
            PullReport report = report(runUntil(pull, 20));
            assertThat(report.alreadyThere()).isEqualTo(20);
            assertThat(report.persisted()).isZero();
            assertThat(unacknowledged()).isZero();
            assertArchived(published());
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
                        + SUBSCRIPTION + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void callsThatFailAndAnswersThatAreLostAreAskedForAgain() throws Exception {
        subscribe(SHORT);
        publish(500);
        pubSub.refusePulls(2, Status.UNAVAILABLE);
        pubSub.losePulls(2, Status.UNAVAILABLE);
        try (FunctionsFramework function = function(PubSubPullFunction.class)) {
            HttpResponse<String> answer = runUntil(function, 500);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(report(answer).persisted()).isEqualTo(500);
            assertThat(unacknowledged()).isZero();
            assertArchived(published());
        }
    }

    @Test
    void aStreamThatBreaksIsOpenedAgain() throws Exception {
        subscribe(LONG);
        publish(1_000);
        publish(1_000);
        gcs.delayUploads(Duration.ofMillis(200));
        try (FunctionsFramework function = function(
                PubSubStreamingPullFunction.class,
                "PERSISTOR_PULL_OUTSTANDING_MESSAGES",
                "200",
                "PERSISTOR_PULL_IDLE",
                "10s")) {
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> unchecked(function, ""));
            Awaitility.await().atMost(PATIENCE).until(() -> gcs.uploads() > 1);
            pubSub.breakStreams(Status.UNAVAILABLE);
            int left = unacknowledged();
            assertThat(report(answer.get()).stopped()).isEqualTo(StopReason.IDLE);
            assertThat(left).as("messages that came after the break").isPositive();
            assertThat(unacknowledged()).isZero();
            ArchiveComparison comparison = ArchiveComparison.of(published(), archive);
            assertThat(comparison.lost()).isEmpty();
            assertThat(comparison.altered()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {PubSubPullFunction.class, PubSubStreamingPullFunction.class})
    void aSubscriptionThatIsNotThereIsSaidAtOnce(Class<?> kind) throws Exception {
        try (FunctionsFramework function = function(kind)) {
            HttpResponse<String> answer = run(function, "");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(report(answer).stopped()).isEqualTo(StopReason.FAILURE);
            assertThat(function.log()).contains(SUBSCRIPTION).contains("the subscription does not exist");
        }
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
            assertThat(function.log()).contains(SUBSCRIPTION);
        }
    }

    @Test
    void whatCannotBeUnderstoodIsRefusedAndSaysWhy() throws Exception {
        subscribe(LONG);
        publish(1);
        try (FunctionsFramework function = function(PubSubPullFunction.class)) {
            for (String body :
                    List.of("{\"messages\": 10001}", "{\"seconds\": 0}", "{\"url\": \"x\"}", "[]", "{", "5")) {
                HttpResponse<String> answer = run(function, body);
                assertThat(answer.statusCode()).as(body).isEqualTo(400);
                assertThat(answer.body()).as(body).isNotBlank();
            }
            assertThat(run(function, "{\"messages\": 10001}").body())
                    .contains("messages is 10001")
                    .contains("from 1 to 10000");
            assertThat(function.get().statusCode()).isEqualTo(405);
            assertThat(function.post(new byte[5_000]).statusCode()).isEqualTo(413);
            assertThat(unacknowledged()).isEqualTo(1);
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
