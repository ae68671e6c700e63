package com.azure.messaging.servicebus;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.core.amqp.AmqpTransportType;
import com.azure.core.amqp.ProxyOptions;
import com.azure.core.amqp.implementation.AzureTokenManagerProvider;
import com.azure.core.amqp.implementation.ConnectionOptions;
import com.azure.core.amqp.implementation.ConnectionStringProperties;
import com.azure.core.amqp.implementation.MessageSerializer;
import com.azure.core.amqp.implementation.ReactorConnectionCache;
import com.azure.core.amqp.implementation.ReactorProvider;
import com.azure.core.amqp.implementation.RetryUtil;
import com.azure.core.amqp.implementation.StringUtil;
import com.azure.core.amqp.models.CbsAuthorizationType;
import com.azure.core.credential.TokenCredential;
import com.azure.core.util.ClientOptions;
import com.azure.core.util.Configuration;
import com.azure.core.util.CoreUtils;
import com.azure.core.util.metrics.Meter;
import com.azure.core.util.metrics.MeterProvider;
import com.azure.core.util.tracing.Tracer;
import com.azure.core.util.tracing.TracerProvider;
import com.azure.messaging.servicebus.implementation.MessagingEntityType;
import com.azure.messaging.servicebus.implementation.ServiceBusAmqpLinkProvider;
import com.azure.messaging.servicebus.implementation.ServiceBusConstants;
import com.azure.messaging.servicebus.implementation.ServiceBusReactorAmqpConnection;
import com.azure.messaging.servicebus.implementation.ServiceBusSharedKeyCredential;
import com.azure.messaging.servicebus.implementation.instrumentation.ReceiverKind;
import com.azure.messaging.servicebus.implementation.instrumentation.ServiceBusReceiverInstrumentation;
import com.azure.messaging.servicebus.models.ServiceBusReceiveMode;
import dev.persistor.azure.amqp.WholeBodyLinks;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.engine.SslDomain;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Opens receivers of a queue or subscription whose messages have the bodies that their senders gave them.
 *
 * <p>Azure's builder is final, and chooses the links by itself. So this class is in the client's package and makes the receivers as
 * Azure's builder makes them, with {@link WholeBodyLinks}. Receivers lock messages, fetch none in advance, renew no lock and
 * complete nothing by themselves. All receivers share one connection, which the last one closes.
 *
 * <p>Thread-safe.
 */
public final class UnalteredServiceBusClients {

    private static final int SECURE_PORT = 5671;
    private static final int EMULATOR_PORT = 5672;
    private static final String SCOPE = "https://servicebus.azure.net/.default";
    private static final String NO_ENTITY = "N/A";
    private static final Map<String, String> LIBRARY = CoreUtils.getProperties("azure-messaging-servicebus.properties");
    private static final String NAME = LIBRARY.getOrDefault("name", "UNKNOWN");
    private static final String VERSION = LIBRARY.getOrDefault("version", "UNKNOWN");

    private final ConnectionOptions options;
    private final String entityPath;
    private final MessagingEntityType type;
    private final @Nullable String subscription;
    private final MessageSerializer serializer = new ServiceBusMessageSerializer();
    private final Meter meter = MeterProvider.getDefaultProvider().createMeter(NAME, VERSION, null);
    private final Tracer tracer =
            TracerProvider.getDefaultProvider().createTracer(NAME, VERSION, "Microsoft.ServiceBus", null);
    private @Nullable ReactorConnectionCache<ServiceBusReactorAmqpConnection> connection;
    private int openClients;

    private UnalteredServiceBusClients(
            ConnectionOptions options, String entityPath, MessagingEntityType type, @Nullable String subscription) {
        this.options = options;
        this.entityPath = entityPath;
        this.type = type;
        this.subscription = subscription;
    }

    /** Says where a namespace is, and how to be let in. */
    public static final class Namespace {
        private final ConnectionOptions options;

        private Namespace(ConnectionOptions options) {
            this.options = options;
        }

        /** Takes a namespace by a connection string. */
        public static Namespace of(String connectionString, AmqpRetryOptions retries) {
            ConnectionStringProperties properties = new ConnectionStringProperties(connectionString);
            URI endpoint = properties.getEndpoint();
            boolean emulator = properties.useDevelopmentEmulator();
            int usual = emulator ? EMULATOR_PORT : SECURE_PORT;
            return new Namespace(options(
                    endpoint.getHost(),
                    endpoint.getPort() == -1 ? usual : endpoint.getPort(),
                    credential(properties),
                    CbsAuthorizationType.SHARED_ACCESS_SIGNATURE,
                    retries,
                    !emulator));
        }

        /** Takes a namespace by its host. */
        public static Namespace of(String host, TokenCredential credential, AmqpRetryOptions retries) {
            return new Namespace(
                    options(host, SECURE_PORT, credential, CbsAuthorizationType.JSON_WEB_TOKEN, retries, true));
        }

        /** Returns the receivers of a queue. */
        public UnalteredServiceBusClients queue(String queue) {
            return new UnalteredServiceBusClients(options, queue, MessagingEntityType.QUEUE, null);
        }

        /** Returns the receivers of a subscription. */
        public UnalteredServiceBusClients subscription(String topic, String subscription) {
            return new UnalteredServiceBusClients(
                    options, topic + "/subscriptions/" + subscription, MessagingEntityType.SUBSCRIPTION, subscription);
        }

        private static TokenCredential credential(ConnectionStringProperties properties) {
            return properties.getSharedAccessSignature() == null
                    ? new ServiceBusSharedKeyCredential(
                            properties.getSharedAccessKeyName(),
                            properties.getSharedAccessKey(),
                            ServiceBusConstants.TOKEN_VALIDITY)
                    : new ServiceBusSharedKeyCredential(properties.getSharedAccessSignature());
        }

        private static ConnectionOptions options(
                String host,
                int port,
                TokenCredential credential,
                CbsAuthorizationType authorization,
                AmqpRetryOptions retries,
                boolean secure) {
            return new ConnectionOptions(
                    host,
                    credential,
                    authorization,
                    SCOPE,
                    AmqpTransportType.AMQP,
                    retries,
                    ProxyOptions.fromConfiguration(Configuration.getGlobalConfiguration()),
                    Schedulers.boundedElastic(),
                    new ClientOptions(),
                    secure ? SslDomain.VerifyMode.VERIFY_PEER_NAME : SslDomain.VerifyMode.ANONYMOUS_PEER,
                    NAME,
                    VERSION,
                    host,
                    port,
                    secure);
        }
    }

    /** Opens a receiver of an entity without sessions. */
    public ServiceBusReceiverAsyncClient receiver() {
        return new ServiceBusReceiverAsyncClient(
                options.getFullyQualifiedNamespace(),
                entityPath,
                type,
                ReceiverOptions.createNonSessionOptions(ServiceBusReceiveMode.PEEK_LOCK, 0, Duration.ZERO, false),
                connect(),
                ServiceBusConstants.OPERATION_TIMEOUT,
                instrumentation(),
                serializer,
                this::disconnect,
                UUID.randomUUID().toString());
    }

    /** Opens what accepts the sessions of an entity. */
    public ServiceBusSessionReceiverAsyncClient sessions() {
        return new ServiceBusSessionReceiverAsyncClient(
                options.getFullyQualifiedNamespace(),
                entityPath,
                type,
                ReceiverOptions.createUnnamedSessionOptions(
                        ServiceBusReceiveMode.PEEK_LOCK, 0, Duration.ZERO, false, null, null),
                connect(),
                instrumentation(),
                serializer,
                this::disconnect,
                UUID.randomUUID().toString(),
                false);
    }

    private ServiceBusReceiverInstrumentation instrumentation() {
        return new ServiceBusReceiverInstrumentation(
                tracer,
                meter,
                options.getFullyQualifiedNamespace(),
                entityPath,
                subscription,
                ReceiverKind.ASYNC_RECEIVER);
    }

    private synchronized ConnectionCacheWrapper connect() {
        ReactorConnectionCache<ServiceBusReactorAmqpConnection> shared = connection;
        if (shared == null) {
            shared = new ReactorConnectionCache<>(
                    this::newConnection,
                    options.getFullyQualifiedNamespace(),
                    NO_ENTITY,
                    RetryUtil.getRetryPolicy(options.getRetry()),
                    Map.of("entityPath", NO_ENTITY));
            connection = shared;
        }
        openClients++;
        return new ConnectionCacheWrapper(shared);
    }

    private ServiceBusReactorAmqpConnection newConnection() {
        ReactorProvider reactor = new ReactorProvider();
        return new ServiceBusReactorAmqpConnection(
                StringUtil.getRandomString("MF"),
                options,
                reactor,
                new WholeBodyLinks(reactor, meter),
                new ServiceBusAmqpLinkProvider(),
                new AzureTokenManagerProvider(
                        options.getAuthorizationType(),
                        options.getFullyQualifiedNamespace(),
                        options.getAuthorizationScope()),
                serializer,
                false,
                true,
                true);
    }

    private synchronized void disconnect() {
        openClients--;
        if (openClients == 0 && connection != null) {
            connection.dispose();
            connection = null;
        }
    }
}
