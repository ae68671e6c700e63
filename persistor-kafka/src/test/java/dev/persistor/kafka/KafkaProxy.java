package dev.persistor.kafka;

import dev.persistor.testkit.ReservedPort;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * Stands before a broker, which tells its clients this address, and lets single requests to produce fail: refused without the broker,
 * or stored and left without an answer.
 */
final class KafkaProxy implements AutoCloseable {

    private enum Fault {
        REFUSAL,
        LOST_ANSWER
    }

    private final ReservedPort port = ReservedPort.reserve();
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger produced = new AtomicInteger();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile int broker;

    KafkaProxy() throws IOException {
        server = new ServerSocket(port.number(), 50, InetAddress.getLoopbackAddress());
    }

    String address() {
        return "127.0.0.1:" + port.number();
    }

    /** Begins to pass on to the broker at this address. */
    void passOnTo(String servers) {
        broker = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
        start(this::accept);
    }

    void refuseNext() {
        faults.add(Fault.REFUSAL);
    }

    void loseNextAnswer() {
        faults.add(Fault.LOST_ANSWER);
    }

    void hold() {
        held = new CountDownLatch(1);
    }

    void release() {
        held.countDown();
    }

    /** Returns how many requests to produce have come. */
    int produced() {
        return produced.get();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "kafka-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Connection connection = new Connection(client, new Socket(InetAddress.getLoopbackAddress(), broker));
                sockets.add(client);
                start(connection::requests);
                start(connection::answers);
            }
        } catch (IOException e) {
            // The proxy is closed.
        }
    }

    @Override
    public void close() throws IOException {
        release();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        port.close();
    }

    private final class Connection {
        private final Socket client;
        private final Socket target;
        /** The answers that are lost. */
        private final Set<Integer> lost = ConcurrentHashMap.newKeySet();

        Connection(Socket client, Socket target) {
            this.client = client;
            this.target = target;
        }

        private void requests() {
            try (client;
                    target;
                    DataInputStream in = new DataInputStream(client.getInputStream());
                    DataOutputStream out = new DataOutputStream(target.getOutputStream())) {
                while (true) {
                    byte[] frame = frame(in);
                    if (ByteBuffer.wrap(frame).getShort() != ApiKeys.PRODUCE.id || passes(frame)) {
                        send(out, frame);
                    }
                }
            } catch (IOException | InterruptedException e) {
                // One side is gone.
            }
        }

        private boolean passes(byte[] frame) throws IOException, InterruptedException {
            produced.incrementAndGet();
            held.await();
            RequestHeader header = RequestHeader.parse(ByteBuffer.wrap(frame));
            Fault fault = faults.poll();
            if (fault == Fault.LOST_ANSWER) {
                lost.add(header.correlationId());
            }
            if (fault != Fault.REFUSAL) {
                return true;
            }
            refuse(header, frame);
            return false;
        }

        private void refuse(RequestHeader header, byte[] frame) throws IOException {
            ByteBuffer body = ByteBuffer.wrap(frame);
            RequestHeader.parse(body);
            ProduceRequest request = new ProduceRequest(
                    new ProduceRequestData(new ByteBufferAccessor(body), header.apiVersion()), header.apiVersion());
            ProduceResponseData refusal = request.getErrorResponse(0, new InvalidRecordException("refused"))
                    .data();
            ByteBuffer head = MessageUtil.toByteBufferAccessor(
                            new ResponseHeaderData().setCorrelationId(header.correlationId()),
                            ApiKeys.PRODUCE.responseHeaderVersion(header.apiVersion()))
                    .buffer();
            ByteBuffer answer = MessageUtil.toByteBufferAccessor(refusal, header.apiVersion())
                    .buffer();
            byte[] all = new byte[head.remaining() + answer.remaining()];
            int size = head.remaining();
            head.get(all, 0, size);
            answer.get(all, size, all.length - size);
            send(new DataOutputStream(client.getOutputStream()), all);
        }

        private void answers() {
            try (client;
                    target;
                    DataInputStream in = new DataInputStream(target.getInputStream());
                    DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
                while (true) {
                    byte[] frame = frame(in);
                    if (lost.contains(ByteBuffer.wrap(frame).getInt())) {
                        return;
                    }
                    send(out, frame);
                }
            } catch (IOException e) {
                // One side is gone.
            }
        }

        private byte[] frame(DataInputStream in) throws IOException {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return frame;
        }

        private void send(DataOutputStream out, byte[] frame) throws IOException {
            synchronized (this) {
                out.writeInt(frame.length);
                out.write(frame);
                out.flush();
            }
        }
    }
}
