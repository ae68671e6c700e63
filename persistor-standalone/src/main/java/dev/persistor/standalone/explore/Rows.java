package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.message.Message;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code /api/messages}: messages of a query, a row each. Not thread-safe. */
final class Rows implements Scan.Work {

    private static final int MOST_IN_LINE = 200;
    /** The first row is sent at once, and others soon: a person waits. */
    private static final long MOST_NANOS = 100_000_000;

    private static final int PREVIEW_BYTES = 200;
    private static final int MOST_TEXT = 200;

    private final Archive archive;
    private final Query query;
    private final List<ArchivedMessage> rows = new ArrayList<>();
    private int count;
    private long sent;

    Rows(Archive archive, Query query) {
        this.archive = archive;
        this.query = query;
    }

    @Override
    public Scan.End run(Scan scan) throws IOException, InterruptedException {
        try (MessageScan messages = new MessageScan(archive, query, scan)) {
            Scan.End end = messages.visit(message -> add(message, scan));
            send(scan);
            sendFindings(scan, messages.findings());
            return end;
        }
    }

    private boolean add(ArchivedMessage message, Scan scan) throws IOException, InterruptedException {
        rows.add(message);
        count++;
        if (rows.size() >= MOST_IN_LINE || System.nanoTime() - sent > MOST_NANOS) {
            send(scan);
        }
        return count < query.limit();
    }

    private void send(Scan scan) throws IOException, InterruptedException {
        if (!rows.isEmpty()) {
            scan.send(this::write);
            rows.clear();
            sent = System.nanoTime();
        }
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("rows");
        for (ArchivedMessage row : rows) {
            write(json, row);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, ArchivedMessage archived) throws IOException {
        Message message = archived.message();
        json.writeStartObject();
        json.writeStringField("time", message.publishTime().toString());
        json.writeStringField("source", message.source());
        json.writeStringField("id", Text.shortened(message.id(), MOST_TEXT));
        if (message.orderingKey().isPresent()) {
            json.writeStringField("key", Text.shortened(message.orderingKey().get(), MOST_TEXT));
        }
        json.writeNumberField("bytes", message.payloadSize());
        json.writeStringField("preview", preview(message));
        json.writeStringField("place", archived.place());
        json.writeEndObject();
    }

    /** Returns how a payload begins: its text, or what it is. */
    private static String preview(Message message) {
        Payload payload = Payload.decompressed(message).orElse(new Payload(message.payload(), true));
        return payload.first(PREVIEW_BYTES).text().orElse(Text.count(message.payloadSize(), "byte"));
    }

    /** Sends what could not be read. */
    static void sendFindings(Scan scan, List<Finding> findings) throws IOException, InterruptedException {
        if (!findings.isEmpty()) {
            scan.send(json -> write(json, findings));
        }
    }

    private static void write(JsonGenerator json, List<Finding> findings) throws IOException {
        json.writeArrayFieldStart("findings");
        for (Finding finding : findings) {
            json.writeStartObject();
            json.writeStringField("kind", finding.kind().name().toLowerCase(Locale.ROOT));
            json.writeStringField("blob", finding.blob().value());
            json.writeStringField("reason", finding.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
