package dev.persistor.demo;

import dev.persistor.core.message.Message;
import dev.persistor.testkit.azure.AzureFunctionsHost;
import dev.persistor.testkit.azure.FunctionFailedException;

/**
 * One of Azure's brokers: what it makes of a message, and how it delivers it.
 *
 * <p>Thread-safe.
 */
interface AzureRoute {

    /** Returns the source that messages of this broker are filed under. */
    String source();

    /** Returns the message as the broker holds it, and so as it has to be in the archive. */
    Message publish(Message message);

    /**
     * Delivers a published message once.
     *
     * @return whether the function answered that the message is durable
     * @throws FunctionFailedException if the function threw, which is another way to say that it may not be
     */
    boolean deliver(AzureFunctionsHost host, Message message, int attempt);
}
