/**
 * Archives as tables of Apache Spark. A query's columns, times, sources and ids come in; blobs are listed once on the driver, and read
 * in parts on the executors; rows go out.
 */
@NullMarked
package dev.persistor.spark;

import org.jspecify.annotations.NullMarked;
