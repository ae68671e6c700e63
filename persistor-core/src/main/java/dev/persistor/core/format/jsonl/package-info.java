/**
 * The format jsonl: many messages a blob, one JSON object a line. {@link dev.persistor.core.format.jsonl.JsonLinesFormat} is the
 * way in; the rest reads and writes lines fast and without a byte changed.
 */
@NullMarked
package dev.persistor.core.format.jsonl;

import org.jspecify.annotations.NullMarked;
