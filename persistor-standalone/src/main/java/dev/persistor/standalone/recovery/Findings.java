package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Damage;
import dev.persistor.core.archive.RepeatedMessage;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** What a command found out about blobs and messages: damages, copies, and different messages with one id. Thread-safe. */
final class Findings {

    private Findings() {}

    /** Prints damages to the standard error, for a command whose result has no place for them, and returns its exit code. */
    static int tell(List<Damage> damages, PrintWriter err) {
        damages.forEach(damage -> err.println("damaged: " + text(damage)));
        err.flush();
        return damages.isEmpty() ? ExitCodes.GOOD : ExitCodes.FAILED;
    }

    private static String text(Damage damage) {
        return Text.safe(damage.blob() + ": " + damage.reason());
    }

    /** Returns a copy, and the message that it is a copy of. */
    static String copy(RepeatedMessage copy) {
        return copy.identity() + " at " + copy.place() + " is a copy of the one at " + copy.earlier();
    }

    /** Returns two different messages with one id. */
    static String sameId(RepeatedMessage message) {
        return message.identity() + " at " + message.place() + " differs from the one at " + message.earlier();
    }

    /** Prints all damages: each is somebody's work. */
    static void damages(PrintWriter out, List<Damage> damages) {
        damages.forEach(damage -> out.println("  " + text(damage)));
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

    static void damages(JsonGenerator json, List<Damage> damages) throws IOException {
        json.writeArrayFieldStart("damages");
        for (Damage damage : damages) {
            json.writeStartObject();
            json.writeStringField("blob", damage.blob().value());
            json.writeStringField("reason", damage.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
