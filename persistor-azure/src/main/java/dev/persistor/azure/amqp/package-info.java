/**
 * Receiving links that keep every section of an AMQP body. Azure's clients decode a delivery with Proton-J, which keeps the first
 * section of a body only. These links rewrite such a delivery before the client decodes it.
 */
@NullMarked
package dev.persistor.azure.amqp;

import org.jspecify.annotations.NullMarked;
