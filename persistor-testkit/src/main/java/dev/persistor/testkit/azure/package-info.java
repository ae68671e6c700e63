/**
 * The boundary between the host of Azure Functions and its Java worker. A staging folder of functions and an event as a
 * broker has it go in; the functions run in a process of their own, with their parameters as the worker makes them.
 *
 * <p>And a server that Azure's clients take for Service Bus and Event Hubs:
 * {@link dev.persistor.testkit.azure.AmqpServer}.
 */
@NullMarked
package dev.persistor.testkit.azure;

import org.jspecify.annotations.NullMarked;
