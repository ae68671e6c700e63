package dev.persistor.kafka;

import dev.persistor.testkit.ReservedPort;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * Stands before a broker, which tells its clients this address, and lets requests to produce fail: refused without the broker as long as
 * a certain record is in them, or stored and left without an answer.
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
    /** The values of records that are refused in any request. */
    private final Set<ByteBuffer> refused = ConcurrentHashMap.newKeySet();

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

    /** Refuses the next request, and each that has the first record of that one in it. */
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
                Socket target = new Socket(InetAddress.getLoopbackAddress(), broker);
                // Else the end of a frame waits 40 ms until the other side has acknowledged its beginning.
                client.setTcpNoDelay(true);
                target.setTcpNoDelay(true);
                Connection connection = new Connection(client, target);
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
                    OutputStream out = target.getOutputStream()) {
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
            ByteBuffer body = ByteBuffer.wrap(frame);
            RequestHeader header = RequestHeader.parse(body);
            ProduceRequest request = new ProduceRequest(
                    new ProduceRequestData(new ByteBufferAccessor(body), header.apiVersion()), header.apiVersion());
            Fault fault = faults.poll();
            List<ByteBuffer> values = values(request);
            if (fault == Fault.LOST_ANSWER) {
                lost.add(header.correlationId());
            }
            if (fault == Fault.REFUSAL) {
                refused.add(values.get(0));
            }
            if (values.stream().noneMatch(refused::contains)) {
                return true;
            }
            refuse(header, request);
            return false;
        }

        private static List<ByteBuffer> values(ProduceRequest request) {
            List<ByteBuffer> values = new ArrayList<>();
            request.data()
                    .topicData()
                    .forEach(topic -> topic.partitionData()
                            .forEach(partition -> ((MemoryRecords) partition.records())
                                    .records()
                                    .forEach(record ->
                                            values.add(record.hasValue() ? record.value() : ByteBuffer.allocate(0)))));
            return values;
        }

        private void refuse(RequestHeader header, ProduceRequest request) throws IOException {
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
            send(client.getOutputStream(), all);
        }

        private void answers() {
            try (client;
                    target;
                    DataInputStream in = new DataInputStream(target.getInputStream());
                    OutputStream out = client.getOutputStream()) {
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

        private void send(OutputStream out, byte[] frame) throws IOException {
            byte[] whole = ByteBuffer.allocate(Integer.BYTES + frame.length)
                    .putInt(frame.length)
                    .put(frame)
                    .array();
            synchronized (this) {
                out.write(whole);
            }
        }
    }
}
