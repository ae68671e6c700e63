/**
 * What stands in for Google Cloud in the test's own process: Pub/Sub, as its clients see it. In come the real clients'
 * calls over a real socket; out come the same answers, and the faults that a test asks for.
 */
@NullMarked
package dev.persistor.testkit.gcp;

import org.jspecify.annotations.NullMarked;
