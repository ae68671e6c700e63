/**
 * The demo: real functions, in their real host, archive messages that are hard to keep while their storage fails now and
 * then; afterwards the archive is compared with what was sent. Only the classes named after a cloud know one.
 */
@NullMarked
package dev.persistor.demo;

import org.jspecify.annotations.NullMarked;
