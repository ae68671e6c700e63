/**
 * What an archive costs, by the clouds' list prices. In come a stream of messages, a file of prices and how messages are
 * archived; out goes a bill for each way to archive them, beside that of the cloud's own export. The arithmetic is in
 * floating point: a bill is an estimate, and shown with three digits.
 */
@NullMarked
package dev.persistor.standalone.cost;

import org.jspecify.annotations.NullMarked;
