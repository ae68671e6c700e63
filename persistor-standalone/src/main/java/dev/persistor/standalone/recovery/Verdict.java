package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Shard;
import dev.persistor.core.archive.Verification;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Text;
import java.util.Optional;

/**
 * Prints what a verification proves, and what it cannot determine.
 *
 * @param found what it found
 * @param gaps the gaps of it, with what a broker says of them
 * @param shard the shard that it is of, if it is not of all messages
 */
record Verdict(Verification found, GapReport gaps, Optional<Shard> shard) {

    /** Missing messages may be in an unreadable blob; then nothing is known to be lost. */
    boolean isLoss() {
        return found.isDamaged() || (!found.isGood() && found.isReadable());
    }

    /** Returns the exit code, unless nothing matched. */
    int exitCode() {
        if (isLoss()) {
            return ExitCodes.FOUND;
        }
        return found.isReadable() ? ExitCodes.GOOD : ExitCodes.FAILED;
    }

    /** Returns it as the last lines of the result. */
    String text() {
        return shard.map(part -> "Of shard " + part
                                + " only, whose messages were read; for single-message blobs of other shards,"
                                + " only their existence was checked: ")
                        .orElse("")
                + ofWhatWasRead();
    }

    private String ofWhatWasRead() {
        if (isLoss()) {
            return gaps.isOnlyUnknown() && !found.isDamaged() && found.missing().isEmpty()
                    ? "The archive may NOT be complete: the content at the missing offsets is not known."
                    : "The archive is NOT complete.";
        }
        if (!found.isReadable()) {
            return "No readable blob is damaged. " + Findings.counts(found.findings())
                    + ": it is not known whether the archive is complete"
                    + (found.isGood() ? "." : ". Missing messages may be in these blobs.");
        }
        if (found.messages() == 0) {
            return "Nothing was verified: no message matched.";
        }
        return "Nothing is damaged. " + coverage();
    }

    private String coverage() {
        if (found.expected() > 0) {
            return (found.expected() == 1
                            ? "The expected id was"
                            : "All " + Text.number(found.expected()) + " expected ids were")
                    + " read.";
        }
        if (!found.gapsSought()) {
            return "Offsets were not compared because of --id, --key or --attr, so a deleted blob cannot be detected.";
        }
        long all = found.sources().size();
        long compared = found.sourcesCompared();
        if (compared == 0) {
            return "No source has offsets, so a deleted blob cannot be detected; use --manifest.";
        }
        String checked = "Offsets were compared for "
                + (compared == all
                        ? all == 1 ? "the only source" : "all " + all + " sources"
                        : compared + " of " + all + " sources");
        return compared == all
                ? checked + ". A blob deleted before the first or after the last offset cannot be detected."
                : checked + "; for the others, a deleted blob cannot be detected; use --manifest.";
    }
}
