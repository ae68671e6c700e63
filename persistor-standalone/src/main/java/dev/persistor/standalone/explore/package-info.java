/**
 * The explorer: a page in the browser over an archive, and the JSON API behind it. A request becomes a {@code Query}; a scan reads
 * the archive and streams lines of JSON as the answer. Nothing is published, written or changed here.
 */
@NullMarked
package dev.persistor.standalone.explore;

import org.jspecify.annotations.NullMarked;
