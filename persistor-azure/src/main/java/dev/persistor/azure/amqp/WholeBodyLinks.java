package dev.persistor.azure.amqp;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.core.amqp.implementation.AmqpMetricsProvider;
import com.azure.core.amqp.implementation.ReactorDispatcher;
import com.azure.core.amqp.implementation.ReactorHandlerProvider;
import com.azure.core.amqp.implementation.ReactorProvider;
import com.azure.core.amqp.implementation.handler.DeliverySettleMode;
import com.azure.core.amqp.implementation.handler.ReceiveLinkHandler2;
import com.azure.core.util.metrics.Meter;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Receiver;

/**
 * Makes Azure's handlers of connections, sessions and links. The handlers of receiving links keep every section of a body, see
 * {@link WholeBody}.
 *
 * <p>Thread-safe.
 */
public final class WholeBodyLinks extends ReactorHandlerProvider {

    private final Meter meter;

    /** Makes the handlers of one connection. */
    public WholeBodyLinks(ReactorProvider provider, Meter meter) {
        super(provider, meter);
        this.meter = meter;
    }

    @Override
    public ReceiveLinkHandler2 createReceiveLinkHandler(
            String connectionId,
            String hostname,
            String receiverName,
            String entityPath,
            DeliverySettleMode settleMode,
            boolean includeDeliveryTag,
            ReactorDispatcher dispatcher,
            AmqpRetryOptions retryOptions) {
        AmqpMetricsProvider metrics =
                meter.isEnabled() ? new AmqpMetricsProvider(meter, hostname, entityPath) : AmqpMetricsProvider.noop();
        return new Link(
                connectionId,
                hostname,
                receiverName,
                entityPath,
                settleMode,
                dispatcher,
                retryOptions,
                includeDeliveryTag,
                metrics);
    }

    private static final class Link extends ReceiveLinkHandler2 {

        Link(
                String connectionId,
                String hostname,
                String linkName,
                String entityPath,
                DeliverySettleMode settleMode,
                ReactorDispatcher dispatcher,
                AmqpRetryOptions retryOptions,
                boolean includeDeliveryTag,
                AmqpMetricsProvider metrics) {
            super(
                    connectionId,
                    hostname,
                    linkName,
                    entityPath,
                    settleMode,
                    dispatcher,
                    retryOptions,
                    includeDeliveryTag,
                    metrics);
        }

        @Override
        public void onDelivery(Event event) {
            Delivery delivery = event.getDelivery();
            // A delivery without content is the broker's answer to an outcome.
            if (!delivery.isPartial()
                    && !delivery.isSettled()
                    && delivery.pending() > 0
                    && delivery.getLink() instanceof Receiver receiver) {
                receiver.recv(new DeliveryRewriter());
            }
            super.onDelivery(event);
        }
    }
}
