/** Daemon threads with names, used by all other packages: {@link dev.persistor.core.thread.DaemonThreads}. */
@NullMarked
package dev.persistor.core.thread;

import org.jspecify.annotations.NullMarked;
