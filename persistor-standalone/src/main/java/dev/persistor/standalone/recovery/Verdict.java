package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Shard;
import dev.persistor.core.archive.Verification;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Text;
import java.util.Optional;

/**
 * What a verification proves, and what it cannot know.
 *
 * @param found what it found
 * @param gaps the gaps of it, with what a broker says of them
 * @param shard the shard that it is of, if it is not of all messages
 */
record Verdict(Verification found, GapReport gaps, Optional<Shard> shard) {

    /** What is missing may be in a blob that could not be read, and then nothing is known to be lost. */
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
                                + " alone, whose messages were read; of single messages of other shards, only"
                                + " that they exist was checked: ")
                        .orElse("")
                + ofWhatWasRead();
    }

    private String ofWhatWasRead() {
        if (isLoss()) {
            return gaps.isOnlyUnknown() && !found.isDamaged() && found.missing().isEmpty()
                    ? "The archive may NOT be whole: the broker cannot tell what was at the offsets that it lacks."
                    : "The archive is NOT whole.";
        }
        if (!found.isReadable()) {
            return "Nothing that could be read is damaged. " + Findings.counts(found.findings())
                    + ": whether the archive is whole is not known"
                    + (found.isGood() ? "." : ", and what is missing may be in these blobs.");
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
            return "Offsets were not compared, since --id and --attr leave messages out: a deleted blob cannot be noticed.";
        }
        long all = found.sources().size();
        long compared = found.sourcesCompared();
        if (compared == 0) {
            return "No source has offsets, so a deleted blob cannot be noticed: give --manifest.";
        }
        String checked = "Offsets were compared for "
                + (compared == all
                        ? all == 1 ? "the only source" : "all " + all + " sources"
                        : compared + " of " + all + " sources");
        return compared == all
                ? checked + ": a blob that was deleted before the first or after the last offset cannot be noticed."
                : checked + "; for the others a deleted blob cannot be noticed: give --manifest.";
    }
}
