package dev.persistor.core.pull.invoke;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The outcome of the calls of one invocation.
 *
 * <p>As JSON: {@code {"calls":4,"reports":3,"failures":["call 2 of ...: ..."],"total":{...}}}, the total as of
 * {@link PullReport}.
 *
 * <p>Immutable.
 *
 * @param calls how many calls were made
 * @param reports the reports that they brought
 * @param failures why the others brought none; no secrets
 */
public record InvokerReport(int calls, List<PullReport> reports, List<String> failures) {

    private static final JsonFactory JSON = new JsonFactory();

    /** Keeps its own copies of the lists. */
    public InvokerReport {
        reports = List.copyOf(reports);
        failures = List.copyOf(failures);
    }

    /** Tells whether each call brought the report of a run in which nothing failed. */
    public boolean isSuccess() {
        return reports.size() == calls && reports.stream().allMatch(PullReport::isSuccess);
    }

    /** Returns the answer to the request that the calls were made for. */
    public PullResponse response() {
        return PullResponse.report(isSuccess(), toJson());
    }

    /** Returns the report as JSON in UTF-8. */
    public byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("calls", calls);
            json.writeNumberField("reports", reports.size());
            json.writeArrayFieldStart("failures");
            for (String failure : failures) {
                json.writeString(failure);
            }
            json.writeEndArray();
            json.writeFieldName("total");
            PullReport.sum(reports).writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }
}
