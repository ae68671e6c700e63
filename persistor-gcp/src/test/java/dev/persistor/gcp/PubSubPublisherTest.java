package dev.persistor.gcp;

import dev.persistor.testkit.MessagePublisherContract;

/** Google's client over a real socket. */
class PubSubPublisherTest extends MessagePublisherContract {

    @Override
    protected Target start() throws Exception {
        return new PubSubTarget();
    }

    @Override
    protected Capabilities capabilities() {
        return new Capabilities(9_900_000, 10_000_000, true, false, false, true);
    }
}
