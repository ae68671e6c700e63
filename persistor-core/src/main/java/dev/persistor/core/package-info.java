/**
 * The way in. A {@link dev.persistor.core.Persistor} makes messages durable in a blob sink; a
 * {@link dev.persistor.core.Capture} wires one from the environment for a function or a service. Data flows down from
 * here: message, naming and format, store.
 */
@NullMarked
package dev.persistor.core;

import org.jspecify.annotations.NullMarked;
