package dev.persistor.standalone.explore;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The resources of the API, with the parameters of each. {@code openapi.json} describes them. Immutable. */
enum Resource {
    OPENAPI,
    ARCHIVE,
    OVERVIEW,
    MESSAGES,
    MESSAGE,
    PAYLOAD,
    SHAPE,
    VERIFY,
    PLAN;

    private static final Set<String> WINDOW = Set.of("from", "to", "source", "prefix", "seconds");
    /** Filters that a replay has too. */
    private static final Set<String> SELECTION = union(WINDOW, Set.of("id", "key", "attr"));

    private static final Set<String> FILTERS = union(SELECTION, Set.of("text"));
    private static final Set<String> PAGED_FILTERS = union(FILTERS, Set.of("after", "limit"));

    private static Set<String> union(Set<String> some, Set<String> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the resource of a path below {@code /api/}. */
    static Optional<Resource> find(String path) {
        return Arrays.stream(values())
                .filter(resource -> resource.path().equals(path))
                .findFirst();
    }

    /** Returns all paths, for the error that names them. */
    static String paths() {
        return Arrays.stream(values()).map(Resource::path).collect(Collectors.joining(", "));
    }

    /** Returns the path below {@code /api/}. */
    String path() {
        return this == OPENAPI ? "openapi.json" : name().toLowerCase(Locale.ROOT);
    }

    /** Returns the names of the parameters that it takes. */
    Set<String> parameters() {
        return switch (this) {
            case OPENAPI, ARCHIVE -> Set.of();
            case OVERVIEW, VERIFY -> WINDOW;
            case MESSAGES -> PAGED_FILTERS;
            case MESSAGE -> Set.of("place", "attributesFrom");
            case PAYLOAD -> Set.of("place");
            case SHAPE -> FILTERS;
            case PLAN -> SELECTION;
        };
    }
}
