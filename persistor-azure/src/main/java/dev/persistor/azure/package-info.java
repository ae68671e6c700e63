/**
 * Persistor on Azure: Blob Storage as a blob store, functions for Event Grid, Event Hubs and Service Bus, and publishers
 * for replays. Events come in as the Functions host hands them over, are translated into messages and go to the core;
 * replayed messages go out by Azure's own clients; a rule that is not about Azure is not here.
 */
@NullMarked
package dev.persistor.azure;

import org.jspecify.annotations.NullMarked;
