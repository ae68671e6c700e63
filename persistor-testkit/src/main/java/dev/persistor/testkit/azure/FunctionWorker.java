package dev.persistor.testkit.azure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;

/** The program that runs the functions of one staging folder until its standard input ends. Thread-safe. */
final class FunctionWorker {

    /** The path to which a placeholder's settings are sent. No function has a name with a slash. */
    static final String ENVIRONMENT_PATH = "/worker/environment";

    private final Map<String, HostedFunction> functions;
    // The worker tells the host of failures over gRPC, whose texts are UTF-8 whatever the process's charset is.
    private final PrintStream log;

    private FunctionWorker(Map<String, HostedFunction> functions, PrintStream log) {
        this.functions = functions;
        this.log = log;
    }

    /** Takes the staging folder, and prints its port once it can be asked. */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        PrintStream host = System.out;
        // The host reads that one line; what the functions print belongs to the log.
        System.setOut(System.err);
        PrintStream log = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        FunctionWorker worker = new FunctionWorker(FunctionApp.load(Path.of(arguments[0])), log);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.createContext("/", worker::handle);
        server.createContext(ENVIRONMENT_PATH, FunctionWorker::replaceEnvironment);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        host.println(server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // The host holds the other end and writes nothing; it ends when the host does, however that happens.
        }
        Runtime.getRuntime().halt(1);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String name = exchange.getRequestURI().getPath().substring(1);
            HostedFunction function = functions.get(name);
            if (function == null) {
                answer(exchange, 404, "there is no function " + name + ", there are " + functions.keySet());
                return;
            }
            answer(exchange, 200, Wire.write(invoke(function, Wire.readInvocation(text(exchange)))));
        }
    }

    private static void replaceEnvironment(HttpExchange exchange) throws IOException {
        try (exchange) {
            WorkerEnvironment.replace(Wire.readVariables(text(exchange)));
            answer(exchange, 200, "");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM needs " + WorkerEnvironment.JVM_OPTION, e);
        }
    }

    private static String text(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private Wire.Answer invoke(HostedFunction function, HostedInvocation invocation) {
        try {
            return new Wire.Answer(Optional.empty(), function.invoke(invocation));
        } catch (InvocationTargetException e) {
            return failed(e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException | RuntimeException e) {
            return failed(e);
        }
    }

    private Wire.Answer failed(Throwable failure) {
        StringWriter stackTrace = new StringWriter();
        failure.printStackTrace(new PrintWriter(stackTrace, true));
        log.println(stackTrace);
        // A text that is no UTF-8 must not keep the rest of it from the host.
        byte[] readable = rootCauseText(failure).getBytes(StandardCharsets.UTF_8);
        return new Wire.Answer(Optional.of(new String(readable, StandardCharsets.UTF_8)), Optional.empty());
    }

    /**
     * The worker tells the host the text of the root cause alone ({@code MessageHandler.java} of
     * Azure/azure-functions-java-worker, {@code ExceptionUtils.getRootCauseMessage} of Apache Commons Lang).
     */
    private static String rootCauseText(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String name = root.getClass().getName();
        return name.substring(name.lastIndexOf('.') + 1).replace('$', '.') + ": "
                + Objects.toString(root.getMessage(), "");
    }
}
