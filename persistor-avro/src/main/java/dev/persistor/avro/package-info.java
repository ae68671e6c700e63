/**
 * The Avro format: messages go into object container files of the schema that Pub/Sub's own export writes, and come back
 * out of those, of the export's files, and of what Event Hubs Capture and Dataphos wrote. It is found through
 * {@link dev.persistor.core.format.MessageFormats} once it is on the class path.
 */
@NullMarked
package dev.persistor.avro;

import org.jspecify.annotations.NullMarked;
