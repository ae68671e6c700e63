package example;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.Receipt;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Persistor inside a Java service: the README shows this file. */
final class EmbedExample {

    private EmbedExample() {}

    static Receipt archiveOne(URI address) {
        try (BlobStore store = BlobStores.open(address, System.getenv());
                Persistor persistor = Persistor.builder(store).build()) {
            Message message = Message.builder()
                    .id("1234567890")
                    .source("orders")
                    .publishTime(Instant.parse("2026-01-31T02:10:00Z"))
                    .attributes(Attributes.builder().add("type", "created").build())
                    .payload("{\"order\": 42}".getBytes(StandardCharsets.UTF_8))
                    .build();
            Receipt receipt = persistor.persist(message).join(); // throws unless the message is durable
            return receipt; // now, and not before, acknowledge the message
        }
    }
}
