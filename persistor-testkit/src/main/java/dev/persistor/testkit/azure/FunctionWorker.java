package dev.persistor.testkit.azure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.util.Optional;
import java.util.concurrent.Executors;

/** The program that runs the functions of one staging folder until its standard input ends. Thread-safe. */
final class FunctionWorker {

    private final Map<String, HostedFunction> functions;

    private FunctionWorker(Map<String, HostedFunction> functions) {
        this.functions = functions;
    }

    /** Takes the staging folder, and prints its port once it can be asked. */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        PrintStream host = System.out;
        // The host reads that one line; what the functions print belongs to the log.
        System.setOut(System.err);
        FunctionWorker worker = new FunctionWorker(FunctionApp.load(Path.of(arguments[0])));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.createContext("/", worker::handle);
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
            String json = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            answer(exchange, 200, Wire.write(invoke(function, Wire.readInvocation(json))));
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static Wire.Answer invoke(HostedFunction function, HostedInvocation invocation) {
        try {
            return new Wire.Answer(Optional.empty(), function.invoke(invocation));
        } catch (InvocationTargetException e) {
            return failed(e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException | RuntimeException e) {
            return failed(e);
        }
    }

    private static Wire.Answer failed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        System.err.println(text);
        // A text that is no UTF-8 must not keep the rest of it from the host.
        byte[] readable = failure.toString().getBytes(StandardCharsets.UTF_8);
        return new Wire.Answer(Optional.of(new String(readable, StandardCharsets.UTF_8)), Optional.empty());
    }
}
