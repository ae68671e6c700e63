package dev.persistor.core.pull;

import dev.persistor.core.config.Setting;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The entities that a feed reads, so that captures can be compared before any of them runs.
 *
 * <p>Immutable.
 *
 * @param claims what only one capture may take
 * @param origins where messages come from, by the sources that they are filed under; an origin may have several names, and two that
 *     share a name are the same
 */
public record Intake(List<Claim> claims, Map<String, Set<String>> origins) {

    /** Nothing is known. */
    public static final Intake NONE = new Intake(List.of(), Map.of());

    /**
     * An entity that only one capture may read, because the broker delivers each message to one of its readers.
     *
     * @param what its name, the same however settings spell it, such as {@code queue orders of ns.servicebus.windows.net}
     * @param setting the setting by which two captures that share it can be told apart
     */
    public record Claim(String what, Setting<?> setting) {}

    /** Keeps its own copies. */
    public Intake {
        claims = List.copyOf(claims);
        Map<String, Set<String>> copy = new LinkedHashMap<>();
        origins.forEach((source, names) -> copy.put(source, Set.copyOf(names)));
        origins = Collections.unmodifiableMap(copy);
    }
}
