/**
 * Persistor on Google Cloud: Cloud Storage as a blob store, and entry points for Pub/Sub. Events come in, are translated
 * into messages and go to the core; a rule that is not about Google Cloud is not here.
 */
@NullMarked
package dev.persistor.gcp;

import org.jspecify.annotations.NullMarked;
