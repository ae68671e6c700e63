package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Damage;
import java.io.PrintWriter;
import java.util.List;

/** What could not be read, told beside results that have no place for it. Thread-safe. */
final class Damages {

    private Damages() {}

    /** Names them, and returns what the command ends with. */
    static int tell(List<Damage> damages, PrintWriter err) {
        damages.forEach(damage -> err.println("damaged: " + text(damage)));
        err.flush();
        return damages.isEmpty() ? ExitCodes.GOOD : ExitCodes.FAILED;
    }

    /** Returns a damage in a line. */
    static String text(Damage damage) {
        return Text.safe(damage.blob() + ": " + damage.reason());
    }
}
