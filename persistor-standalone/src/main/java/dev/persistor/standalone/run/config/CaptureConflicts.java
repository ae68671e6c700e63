package dev.persistor.standalone.run.config;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.pull.Intake;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds captures that are right alone, and wrong beside each other. */
final class CaptureConflicts {

    private CaptureConflicts() {}

    /** Returns the problems, each with the keys and the line of the capture that comes later. */
    static List<Problem> among(List<CaptureConfig> captures) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            for (CaptureConfig earlier : captures.subList(0, i)) {
                CaptureConfig later = captures.get(i);
                Optional<Problem> shared = sharedClaim(earlier, later);
                shared.or(() -> mixedSource(earlier, later)).ifPresent(problem -> problems.add(later.written(problem)));
            }
        }
        return problems;
    }

    private static Optional<Problem> sharedClaim(CaptureConfig earlier, CaptureConfig later) {
        List<String> taken =
                earlier.intake().claims().stream().map(Intake.Claim::what).toList();
        return later.intake().claims().stream()
                .filter(claim -> taken.contains(claim.what()))
                .findFirst()
                .map(claim -> Problem.of(
                        claim.setting(),
                        ": this capture reads " + claim.what() + ", which is also read by " + earlier.place()
                                + ". Each capture would get only some of the messages. Change ",
                        claim.setting(),
                        " of one of them, or remove one"));
    }

    /** Ids are unique within their origin only: those of two clusters may be equal, and replays would mix the messages up. */
    private static Optional<Problem> mixedSource(CaptureConfig earlier, CaptureConfig later) {
        if (!store(earlier).equals(store(later))) {
            return Optional.empty();
        }
        return later.intake().origins().entrySet().stream()
                .filter(origin -> earlier.intake().origins().containsKey(origin.getKey()))
                .filter(origin -> Collections.disjoint(
                        origin.getValue(), earlier.intake().origins().get(origin.getKey())))
                .findFirst()
                .map(origin -> Problem.of(
                        PersistorSettings.SOURCE,
                        ": this capture files messages of " + name(origin.getValue()) + " under the source "
                                + origin.getKey() + ", and " + earlier.place() + " files those of "
                                + name(earlier.intake().origins().getOrDefault(origin.getKey(), Set.of()))
                                + " under the same source of the same ",
                        PersistorSettings.STORE,
                        ". Their ids can be equal, so they could not be told apart. Set ",
                        PersistorSettings.SOURCE,
                        " of one of them to another name, or use another ",
                        PersistorSettings.STORE));
    }

    private static String name(Set<String> names) {
        return new TreeSet<>(names).first();
    }

    /** Returns the address of the store, the same however it is spelled. */
    private static String store(CaptureConfig capture) {
        String text = capture.environment()
                .getOrDefault(PersistorSettings.STORE.name(), "")
                .strip();
        try {
            URI address = URI.create(text).normalize();
            String host = address.getRawAuthority() == null
                    ? ""
                    : address.getRawAuthority().toLowerCase(Locale.ROOT);
            String path = address.getPath() == null ? address.getRawSchemeSpecificPart() : address.getPath();
            return String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT) + "://" + host
                    + path.replaceAll("/+$", "").replaceAll("/{2,}", "/");
        } catch (IllegalArgumentException e) {
            // Another problem says so.
            return text;
        }
    }
}
