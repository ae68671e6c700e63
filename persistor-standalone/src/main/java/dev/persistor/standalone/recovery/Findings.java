package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.RepeatedMessage;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The findings of a command: damage, copies, and different messages with one id. Thread-safe. */
final class Findings {

    private Findings() {}

    /** Prints them to the standard error, for a command whose result has no place for them. */
    static void tell(List<Finding> findings, PrintWriter err) {
        findings.forEach(finding -> err.println(kind(finding.kind()) + ": " + text(finding)));
        err.flush();
    }

    /** Tells whether messages of the archive could not be read. */
    static boolean hideMessages(List<Finding> findings) {
        return findings.stream().anyMatch(Finding::hidesMessages);
    }

    /** Returns those of a kind. */
    static List<Finding> of(Finding.Kind kind, List<Finding> findings) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }

    private static String kind(Finding.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    static String text(Finding finding) {
        return Text.safe(finding.blob() + ": " + finding.reason());
    }

    /** Returns a copy, and the message that it is a copy of. */
    static String copy(RepeatedMessage copy) {
        return copy.identity() + " at " + copy.place() + " is a copy of the one at " + copy.earlier();
    }

    /** Returns two different messages with one id. */
    static String sameId(RepeatedMessage message) {
        return message.identity() + " at " + message.place() + " differs from the one at " + message.earlier();
    }

    /** Prints all blobs that hide messages, by kind, because each needs attention. Then the foreign ones, if there are any. */
    static void rows(PrintWriter out, List<Finding> findings) {
        for (Finding.Kind kind : Finding.Kind.values()) {
            List<Finding> ofKind = of(kind, findings);
            if (kind != Finding.Kind.FOREIGN) {
                Text.row(out, kind(kind), ofKind.size());
                ofKind.forEach(finding -> out.println("  " + text(finding)));
            }
        }
    }

    /** Returns how many blobs are damaged, and of each other kind that hides messages if there are any: {@code 0 damaged, 1 unreadable}. */
    static String counts(List<Finding> findings) {
        return Stream.of(Finding.Kind.DAMAGED, Finding.Kind.UNREADABLE, Finding.Kind.EXPIRED)
                .filter(kind ->
                        kind == Finding.Kind.DAMAGED || !of(kind, findings).isEmpty())
                .map(kind -> Text.number(of(kind, findings).size()) + " " + kind(kind))
                .collect(Collectors.joining(", "));
    }

    static void repeated(JsonGenerator json, String field, List<RepeatedMessage> messages) throws IOException {
        json.writeArrayFieldStart(field);
        for (RepeatedMessage message : messages) {
            json.writeStartObject();
            json.writeStringField("source", message.identity().source());
            json.writeStringField("id", message.identity().id());
            json.writeStringField("place", message.place());
            json.writeStringField("earlier", message.earlier());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void write(JsonGenerator json, List<Finding> findings) throws IOException {
        json.writeArrayFieldStart("findings");
        for (Finding finding : findings) {
            json.writeStartObject();
            json.writeStringField("kind", kind(finding.kind()));
            json.writeStringField("blob", finding.blob().value());
            json.writeStringField("reason", finding.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
