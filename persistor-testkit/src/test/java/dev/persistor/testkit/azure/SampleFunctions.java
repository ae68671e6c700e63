package dev.persistor.testkit.azure;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.EventGridTrigger;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.annotation.ServiceBusQueueTrigger;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Functions that tell what they get. They run in the worker's process, from a jar with nothing but this class. */
public final class SampleFunctions {

    private static final Queue<String> RECORDED = new ConcurrentLinkedQueue<>();
    private static final CyclicBarrier MEETING = new CyclicBarrier(2);

    /** What the environment held when this class was initialised. */
    private static final String AT_INITIALISATION = String.valueOf(System.getenv("GREETING"));

    private boolean used;

    /** Sees a batch of events. */
    @FunctionName("EventHub")
    public void eventHub(
            @EventHubTrigger(
                            name = "events",
                            eventHubName = "orders",
                            connection = "HUB",
                            cardinality = Cardinality.MANY,
                            dataType = "binary")
                    List<byte[]> events,
            @BindingName("PartitionContext") String partition,
            @BindingName("PartitionKeyArray") List<String> keys,
            @BindingName("SequenceNumberArray") long[] sequenceNumbers,
            @BindingName("EnqueuedTimeUtcArray") String[] enqueuedTimes,
            @BindingName("PropertiesArray") String properties,
            ExecutionContext context) {
        record(events, partition, keys, sequenceNumbers, enqueuedTimes, properties, context.getFunctionName());
    }

    /** Sees every type that a parameter may have; what each gets is up to the invocation. */
    @FunctionName("EveryType")
    public void everyType(
            @ServiceBusQueueTrigger(name = "message", queueName = "orders", connection = "BUS") byte[] message,
            @BindingName("bytes") Byte[] boxedBytes,
            @BindingName("bytesList") byte[][] bytesArray,
            @BindingName("bytesList") Byte[][] boxedBytesArray,
            @BindingName("bytesList") List<byte[]> bytesList,
            @BindingName("bytesList") List<Byte[]> boxedBytesList,
            @BindingName("text") String text,
            @BindingName("number") long number,
            @BindingName("number") Integer boxedNumber,
            @BindingName("json") String json,
            @BindingName("texts") String[] texts,
            @BindingName("numbers") Long[] numbers,
            @BindingName("reals") List<Double> reals,
            @BindingName("real") double real,
            @BindingName("text") Optional<String> optional) {
        record(message, boxedBytes, bytesArray, boxedBytesArray, bytesList, boxedBytesList);
        record(text, number, boxedNumber, json, texts, numbers, reals, real, optional);
    }

    /** Sees an event. */
    @FunctionName("EventGrid")
    public void eventGrid(@EventGridTrigger(name = "event") String event) {
        record(event);
    }

    /** Fails. */
    @FunctionName("Fail")
    public void fail(@EventGridTrigger(name = "event") String event) {
        throw new IllegalStateException("no room for " + event.length() + " characters, señor");
    }

    /** Fails because of something else. */
    @FunctionName("FailBecause")
    public void failBecause(@EventGridTrigger(name = "event") String event) {
        throw new IllegalStateException("not stored", new IOException("disk full", new IOException()));
    }

    /** Fails where the library's types do not let it. */
    @FunctionName("ChangeHeaders")
    public HttpResponseMessage changeHeaders(
            @HttpTrigger(name = "request", authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request) {
        request.getHeaders().put("x", "y");
        return request.createResponseBuilder(HttpStatus.OK).build();
    }

    /** Answers without a body. */
    @FunctionName("AnswerNothing")
    public HttpResponseMessage answerNothing(
            @HttpTrigger(name = "request", authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request) {
        return request.createResponseBuilder(HttpStatus.OK).build();
    }

    /** Ends the process. */
    @FunctionName("Halt")
    public void halt(@EventGridTrigger(name = "event") String event) {
        Runtime.getRuntime().halt(3);
    }

    /** Tells when the process ends in good order. */
    @FunctionName("TellEnd")
    public void tellEnd(@EventGridTrigger(name = "event") String event) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("ended in good order")));
    }

    /** Returns when another invocation is in here, too. */
    @FunctionName("Meet")
    public void meet(@EventGridTrigger(name = "event") String event) throws Exception {
        MEETING.await(30, TimeUnit.SECONDS);
    }

    /** Returns what the functions recorded, and forgets it. */
    @FunctionName("Recorded")
    public HttpResponseMessage recorded(
            @HttpTrigger(name = "request", authLevel = AuthorizationLevel.FUNCTION)
                    HttpRequestMessage<Optional<String>> request) {
        List<String> lines = new ArrayList<>();
        for (String line = RECORDED.poll(); line != null; line = RECORDED.poll()) {
            lines.add(line);
        }
        return request.createResponseBuilder(HttpStatus.OK)
                .body(String.join("\n", lines))
                .build();
    }

    /** Returns what it is asked. */
    @FunctionName("Echo")
    public HttpResponseMessage echo(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.POST},
                            authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request) {
        String body = request.getHttpMethod() + " " + request.getUri().getPath() + " "
                + new TreeMap<>(request.getHeaders()) + " " + new TreeMap<>(request.getQueryParameters()) + " "
                + request.getBody();
        return request.createResponseBuilder(HttpStatus.ACCEPTED)
                .header("X-Answer", "yes")
                .body(body)
                .build();
    }

    /** Returns the bytes that it is sent. */
    @FunctionName("EchoBytes")
    public HttpResponseMessage echoBytes(
            @HttpTrigger(name = "request", authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<byte[]> request) {
        return request.createResponseBuilder(HttpStatus.OK)
                .body(request.getBody())
                .build();
    }

    /** Returns what surrounds it: the environment, the jars in lib, the classes it can see, whether it is new. */
    @FunctionName("Surroundings")
    public HttpResponseMessage surroundings(
            @HttpTrigger(name = "request", authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request)
            throws IOException {
        boolean isNew = !used;
        used = true;
        Map<String, String> environment = new TreeMap<>(System.getenv());
        return request.createResponseBuilder(HttpStatus.OK)
                .body(environment.get("GREETING") + " " + AT_INITIALISATION + " " + environment.containsKey("PATH")
                        + " "
                        + greetingOfLibrary() + " " + sees("com.fasterxml.jackson.core.JsonFactory") + " "
                        + sees("com.google.gson.Gson") + " " + Charset.defaultCharset() + " " + isNew)
                .build();
    }

    /** Has a parameter that nothing feeds. */
    @FunctionName("Unfed")
    public void unfed(@EventGridTrigger(name = "event") String event, String unfed) {
        record(event, unfed);
    }

    private static String greetingOfLibrary() throws IOException {
        try (InputStream greeting =
                Thread.currentThread().getContextClassLoader().getResourceAsStream("greeting.txt")) {
            return greeting == null ? "none" : new String(greeting.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean sees(String type) {
        try {
            Class.forName(type);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void record(Object... values) {
        RECORDED.add(Arrays.stream(values).map(SampleFunctions::describe).collect(Collectors.joining("|")));
    }

    private static String describe(Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Byte[] boxed) {
            return Arrays.stream(boxed).map(HexFormat.of()::toHexDigits).collect(Collectors.joining());
        }
        if (value instanceof long[] numbers) {
            return Arrays.toString(numbers);
        }
        if (value instanceof Object[] array) {
            return Arrays.stream(array).map(SampleFunctions::describe).toList().toString();
        }
        return value instanceof List<?> list ? describe(list.toArray()) : value.toString();
    }
}
