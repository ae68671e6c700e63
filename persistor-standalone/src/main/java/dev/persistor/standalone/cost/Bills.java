package dev.persistor.standalone.cost;

import java.util.List;
import java.util.Optional;

/**
 * The bills of one cloud.
 *
 * <p>Immutable.
 *
 * @param ways to archive by Persistor
 * @param export what the cloud does by itself; nothing if its broker does not take such messages
 * @param leftOut why there is no bill of others, a sentence each
 */
record Bills(List<Bill> ways, Optional<Bill> export, List<String> leftOut) {

    Bills {
        ways = List.copyOf(ways);
        leftOut = List.copyOf(leftOut);
    }
}
