package dev.persistor.testkit.azure;

import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/** What the server does not do, with AMQP's name for why. */
final class AmqpRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final String condition;

    AmqpRefusal(String condition, String message) {
        super(message);
        this.condition = condition;
    }

    /** The clients know by these words that it is the entity, and not the way to it, that is not there. */
    static AmqpRefusal notFound(String address) {
        return new AmqpRefusal("amqp:not-found", "The messaging entity '" + address + "' could not be found.");
    }

    ErrorCondition toCondition() {
        return new ErrorCondition(Symbol.valueOf(condition), getMessage());
    }
}
