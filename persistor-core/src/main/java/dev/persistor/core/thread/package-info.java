/** The threads that all packages start: {@link dev.persistor.core.thread.DaemonThreads} names them and lets a process end. */
@NullMarked
package dev.persistor.core.thread;

import org.jspecify.annotations.NullMarked;
