package dev.persistor.standalone.recovery;

import dev.persistor.standalone.cli.Text;
import java.io.PrintWriter;

/**
 * Explains that nothing in an archive matched.
 *
 * @param open the archive, and what was wanted of it
 * @param err takes the explanation
 */
record NothingMatched(OpenArchive open, PrintWriter err) {

    void explain() {
        long opened = open.opened().sum();
        err.println((opened == 0 ? "No blob matched (" : "No message of " + Text.count(opened, "blob") + " matched (")
                + Text.safe(open.filter().toString()) + ") in " + open.store() + ".");
        err.flush();
    }
}
