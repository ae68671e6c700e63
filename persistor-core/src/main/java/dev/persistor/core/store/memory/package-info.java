/** A store in memory, for tests and trials: the same contract as the clouds' stores, gone with the process. */
@NullMarked
package dev.persistor.core.store.memory;

import org.jspecify.annotations.NullMarked;
