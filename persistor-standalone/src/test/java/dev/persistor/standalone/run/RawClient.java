package dev.persistor.standalone.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** A client that sends what it is told, whether that is HTTP or not. Not thread-safe. */
final class RawClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    static RawClient connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return new RawClient(socket);
    }

    /** Sends each character as one byte. */
    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Waits no longer than this for what it reads. */
    RawClient within(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        return this;
    }

    /** Sends all, as far as the other side lets it, and returns the first part of an answer, if one comes. */
    String sendAll(byte[] request) throws IOException {
        try {
            send(request);
        } catch (SocketException e) {
            // The other side has answered and closed the connection before it had all.
        }
        byte[] answer = new byte[8_192];
        try {
            int read = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
        } catch (SocketException | SocketTimeoutException e) {
            return "";
        }
    }

    /** Returns all that comes until the other side closes the connection; a connection that is reset ends as well. */
    String readToEnd() throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8_192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                answer.write(buffer, 0, read);
            }
        } catch (SocketException e) {
            // Reset: what came before counts.
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    /** Returns what comes up to the end of the headers, and so many bytes behind them. */
    String readAnswer() throws IOException {
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append(readByte());
        }
        int at = answer.toString().toLowerCase(Locale.ROOT).indexOf("content-length: ");
        int length = Integer.parseInt(answer.substring(at + 16, answer.indexOf("\r\n", at)));
        for (int i = 0; i < length; i++) {
            answer.append(readByte());
        }
        return answer.toString();
    }

    /** Returns what comes up to this text. */
    String readToEndOf(String text) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf(text) < 0) {
            answer.append(readByte());
        }
        return answer.toString();
    }

    private char readByte() throws IOException {
        int value = socket.getInputStream().read();
        if (value < 0) {
            throw new IOException("the connection is closed");
        }
        return (char) value;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
