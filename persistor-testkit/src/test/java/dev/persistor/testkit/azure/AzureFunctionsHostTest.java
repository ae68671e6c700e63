package dev.persistor.testkit.azure;

import static dev.persistor.testkit.azure.StagingFolder.trigger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.testkit.MessageGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

class AzureFunctionsHostTest {

    private static final HostedInvocation EVENT = HostedInvocation.eventGridEvent("{\"id\": \"1\"}");
    /** The default charset of a JVM that no locale is set for. */
    private static final Charset DEFAULT_CHARSET =
            Runtime.version().feature() < 18 ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8;

    private static final Instant TIME = Instant.parse("2026-01-31T02:10:00.120Z");

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class ARunningHost {

        private AzureFunctionsHost host;

        @BeforeAll
        void start(@TempDir Path folder) throws IOException {
            StagingFolder.in(folder)
                    .function("EventHub", "eventHub", trigger("eventHubTrigger", "events"))
                    .function("EveryType", "everyType", trigger("serviceBusTrigger", "message"))
                    .function("EventGrid", "eventGrid", trigger("eventGridTrigger", "event"))
                    .function("Fail", "fail", trigger("eventGridTrigger", "event"))
                    .function("FailBecause", "failBecause", trigger("eventGridTrigger", "event"))
                    .httpFunction("ChangeHeaders", "changeHeaders")
                    .httpFunction("AnswerNothing", "answerNothing")
                    .function("Meet", "meet", trigger("eventGridTrigger", "event"))
                    .httpFunction("Recorded", "recorded")
                    .httpFunction("Echo", "echo")
                    .httpFunction("EchoBytes", "echoBytes")
                    .httpFunction("Surroundings", "surroundings");
            host = AzureFunctionsHost.start(folder, Map.of("GREETING", "hello"));
        }

        @AfterAll
        void end() {
            host.close();
        }

        private String recorded() {
            return host.request("Recorded", "GET", Map.of(), "").body();
        }

        @Test
        void aBatchOfEventsArrivesAsTheWorkerHandsItOver() {
            host.invoke(
                    "EventHub",
                    new EventHubsBatch("orders", "$Default", "3")
                            .add(EventHubsBatch.event(MessageGenerator.allBytes(), 41, "4294967296", TIME))
                            .add(EventHubsBatch.event(new byte[0], 42, "4294967297", TIME)
                                    .partitionKey("é")
                                    .properties(Map.of("tries", 2)))
                            .toInvocation());
            assertThat(recorded())
                    .isEqualTo("[" + HexFormat.of().formatHex(MessageGenerator.allBytes()) + ", ]|"
                            + "{\"FullyQualifiedNamespace\":\"testkit.servicebus.windows.net\","
                            + "\"EventHubName\":\"orders\",\"ConsumerGroup\":\"$Default\",\"PartitionId\":\"3\","
                            + "\"IsCheckpointingAfterInvocation\":true}"
                            + "|[é]|[41, 42]|[2026-01-31T02:10:00.12, 2026-01-31T02:10:00.12]"
                            + "|[{},{\"tries\":2}]|EventHub");
        }

        @Test
        void everyTypeOfParameterGetsEveryByte() {
            byte[] all = MessageGenerator.allBytes();
            String hex = HexFormat.of().formatHex(all);
            host.invoke("EveryType", HostedInvocation.ofValues(all, everyKind()));
            String both = "[" + hex + ", ]";
            assertThat(recorded())
                    .isEqualTo(hex + "|" + hex + "|" + both + "|" + both + "|" + both + "|" + both + "\n"
                            + "é😀\u0000|7|7|{\"a\":5.0}|[a, c]|[-1, 9223372036854775807]|[0.5, NaN]|0.25"
                            + "|Optional[é😀\u0000]");
        }

        private Map<String, Object> everyKind() {
            byte[] all = MessageGenerator.allBytes();
            Map<String, Object> metadata = new LinkedHashMap<>();
            metadata.put("bytes", all);
            metadata.put("bytesList", new byte[][] {all, null, {}});
            metadata.put("text", "é😀\u0000");
            metadata.put("number", "7");
            metadata.put("json", Map.of("a", 5.0));
            metadata.put("texts", new String[] {"a", null, "", "c"});
            metadata.put("numbers", new long[] {-1, Long.MAX_VALUE});
            metadata.put("reals", new double[] {0.5, Double.NaN});
            metadata.put("real", 0.25);
            return metadata;
        }

        @Test
        void metadataThatIsNotSentFailsTheInvocation() {
            Map<String, Object> metadata = everyKind();
            metadata.put("text", null);
            HostedInvocation invocation = HostedInvocation.ofValues(new byte[0], metadata);
            assertThatThrownBy(() -> host.invoke("EveryType", invocation))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("Cannot find matched @BindingName of customer function");
        }

        @Test
        void dataThatAParameterCannotHoldFailsTheInvocation() {
            HostedInvocation invocation = HostedInvocation.ofValues("text", everyKind());
            assertThatThrownBy(() -> host.invoke("EveryType", invocation))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("Cannot convert Text to type byte[]");
        }

        @Test
        void anEventArrivesAsTheHostWritesIt() {
            host.invoke(
                    "EventGrid", HostedInvocation.eventGridEvent("{\"data\":{\"at\":\"2026-01-31T02:10:00.100Z\"}}"));
            assertThat(recorded()).isEqualTo("""
                    {
                      "data": {
                        "at": "2026-01-31T02:10:00.1Z"
                      }
                    }""");
        }

        @Test
        void theTextOfAFailureComesBackAndIsInTheLog() {
            assertThatThrownBy(() -> host.invoke("Fail", EVENT))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("IllegalStateException: no room for 15 characters, señor");
            assertThat(host.log()).contains("señor").contains("SampleFunctions.fail");
        }

        @Test
        void ofAFailureTheHostSeesTheRootCauseAlone() {
            assertThatThrownBy(() -> host.invoke("FailBecause", EVENT)).hasMessage("FailBecause failed: IOException: ");
            assertThat(host.log()).contains("IllegalStateException: not stored").contains("disk full");
        }

        @Test
        void aFunctionThatIsNotThereIsTheCallersMistake() {
            assertThatThrownBy(() -> host.invoke("Nothing", EVENT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("EventGrid");
        }

        @Test
        void invocationsRunAtTheSameTime() {
            CompletableFuture<Void> first = CompletableFuture.runAsync(() -> host.invoke("Meet", EVENT));
            host.invoke("Meet", EVENT);
            assertThat(first).succeedsWithin(30, TimeUnit.SECONDS);
        }

        @Test
        void aRequestArrivesAndItsResponseComesBack() {
            AzureFunctionsHost.Response response = host.request(
                    "Echo?a=1%20b&empty=", "post", Map.of("Content-Type", "application/json"), "{ \"é\":1 }");
            assertThat(response.status()).isEqualTo(202);
            assertThat(response.headers()).containsEntry("X-Answer", "yes");
            assertThat(response.body())
                    .isEqualTo(
                            "POST /api/Echo {content-length=10, content-type=application/json} {a=1 b} Optional[{ \"é\":1 }]");
        }

        @Test
        void aRequestWithoutABodyHasNone() {
            assertThat(host.request("Echo", "POST", Map.of(), "").body()).endsWith("Optional.empty");
        }

        @Test
        void aBodyThatIsSentInChunksDoesNotArrive() {
            Map<String, String> chunked = Map.of("Transfer-Encoding", "chunked");
            assertThat(host.request("Echo", "POST", chunked, "text").body()).endsWith("Optional.empty");
        }

        @Test
        void aBinaryBodyArrivesAsBytesAndAsTextInTheDefaultCharset() {
            Map<String, String> binary = Map.of("Content-Type", "application/octet-stream");
            assertThat(host.request("EchoBytes", "POST", binary, "é").body()).isEqualTo("é");
            assertThat(host.request("Echo", "POST", binary, "aé").body())
                    .endsWith("Optional[" + new String("aé".getBytes(StandardCharsets.UTF_8), DEFAULT_CHARSET) + "]");
        }

        @Test
        void headersCannotBeChanged() {
            assertThat(host.request("ChangeHeaders", "GET", Map.of(), "").status())
                    .isEqualTo(500);
            assertThat(host.log()).contains("UnsupportedOperationException");
        }

        @Test
        void aResponseWithoutABodyIsEmpty() {
            assertThat(host.request("AnswerNothing", "GET", Map.of(), ""))
                    .isEqualTo(new AzureFunctionsHost.Response(200, Map.of(), ""));
        }

        @Test
        void aRequestThatFailsIsAnsweredWithoutItsText() {
            AzureFunctionsHost.Response response = host.request("EchoBytes", "POST", Map.of(), "text");
            assertThat(response).isEqualTo(new AzureFunctionsHost.Response(500, Map.of(), ""));
            assertThat(host.log()).contains("Cannot convert Text to type byte[]");
        }

        @Test
        void aFunctionSeesItsOwnEnvironmentTheFoldersClassesAndTheWorkersLibraries() {
            for (int call = 0; call < 2; call++) {
                assertThat(host.request("Surroundings", "GET", Map.of(), "").body())
                        .isEqualTo("hello hello false hola false true " + DEFAULT_CHARSET + " true");
            }
        }
    }

    @Nested
    class StartingAndEnding {

        private @TempDir Path folder;

        private AzureFunctionsHost start() {
            return AzureFunctionsHost.start(folder, Map.of());
        }

        @Test
        void aPlaceholderGetsItsSettingsBeforeClassesAreInitialised() throws IOException {
            StagingFolder.in(folder).httpFunction("Surroundings", "surroundings");
            try (AzureFunctionsHost host = AzureFunctionsHost.startPlaceholder(folder, Map.of("GREETING", "señor"))) {
                assertThat(host.request("Surroundings", "GET", Map.of(), "").body())
                        .startsWith("señor señor false");
            }
        }

        @Test
        void aProcessThatStartsWithItsSettingsDecodesThemAsAscii() throws IOException {
            StagingFolder.in(folder).httpFunction("Surroundings", "surroundings");
            try (AzureFunctionsHost host = AzureFunctionsHost.start(folder, Map.of("GREETING", "señor"))) {
                assertThat(host.request("Surroundings", "GET", Map.of(), "").body())
                        .startsWith("se\uFFFD\uFFFDor se\uFFFD\uFFFDor false");
            }
        }

        @Test
        void closingEndsTheProcess() throws IOException {
            StagingFolder.in(folder).function("Grid", "eventGrid", trigger("eventGridTrigger", "event"));
            AzureFunctionsHost host = start();
            ProcessHandle process = ProcessHandle.of(host.pid()).orElseThrow();
            assertThat(process.isAlive()).isTrue();
            host.close();
            assertThat(process.isAlive()).isFalse();
        }

        @Test
        void closingLetsTheFunctionsEndInGoodOrder() throws IOException {
            StagingFolder.in(folder).function("TellEnd", "tellEnd", trigger("eventGridTrigger", "event"));
            AzureFunctionsHost host = start();
            host.invoke("TellEnd", EVENT);
            host.close();
            assertThat(host.log()).contains("ended in good order");
        }

        @Test
        void theProcessEndsWithItsOwnerHoweverThatEnds() throws Exception {
            StagingFolder.in(folder).function("Grid", "eventGrid", trigger("eventGridTrigger", "event"));
            Process owner = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Owner.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader out = owner.inputReader(StandardCharsets.UTF_8)) {
                ProcessHandle worker =
                        ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
                owner.destroyForcibly();
                assertThat(worker.onExit()).succeedsWithin(30, TimeUnit.SECONDS);
            }
        }

        @Test
        void aProcessThatEndsFailsTheInvocation() throws IOException {
            StagingFolder.in(folder).function("Halt", "halt", trigger("eventGridTrigger", "event"));
            try (AzureFunctionsHost host = start()) {
                assertThatThrownBy(() -> host.invoke("Halt", EVENT)).isInstanceOf(FunctionFailedException.class);
                assertThatThrownBy(() -> host.invoke("Halt", EVENT)).isInstanceOf(FunctionFailedException.class);
            }
        }

        @Test
        void aParameterThatNoBindingFeedsIsRefused() throws IOException {
            StagingFolder.in(folder).function("Unfed", "unfed", trigger("eventGridTrigger", "event"));
            assertThatThrownBy(this::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no binding feeds the parameter");
        }

        @Test
        void aBindingThatFeedsNoParameterIsRefused() throws IOException {
            StagingFolder.in(folder).function("Grid", "eventGrid", trigger("eventGridTrigger", "other"));
            assertThatThrownBy(this::start).hasMessageContaining("the binding other feeds 0 parameters");
        }

        @Test
        void aReturnedValueWithoutABindingIsRefused() throws IOException {
            StagingFolder.in(folder).function("Echo", "echo", trigger("httpTrigger", "request"));
            assertThatThrownBy(this::start).hasMessageContaining("its bindings want void");
        }

        @Test
        void anEntryPointThatIsNotThereIsRefused() throws IOException {
            StagingFolder.in(folder).function("Gone", "gone", trigger("eventGridTrigger", "event"));
            assertThatThrownBy(this::start).hasMessageContaining("names 0 public methods");
        }

        @Test
        void aFolderThatIsNoFunctionAppIsRefused() {
            assertThatThrownBy(this::start).hasMessageContaining("it has no host.json");
        }
    }

    /** Starts a host, tells its process's id, and waits to be ended. */
    static final class Owner {

        private Owner() {}

        public static void main(String[] arguments) throws InterruptedException {
            AzureFunctionsHost host = AzureFunctionsHost.start(Path.of(arguments[0]), Map.of());
            System.out.println(host.pid());
            Thread.currentThread().join();
        }
    }
}
