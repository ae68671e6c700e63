package dev.persistor.core.format.jsonl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.persistor.core.format.AttributesJson;

/** The names of an envelope's fields; {@code envelope.schema.json} says what they hold. */
final class Envelope {

    static final String ID = "id";
    static final String PUBLISH_TIME = "publishTime";
    static final String SOURCE = "source";
    static final String ORDERING_KEY = "orderingKey";
    static final String LOG = "log";
    static final String PARTITION = "partition";
    static final String OFFSET = "offset";
    static final String ATTRIBUTES = "attributes";
    static final String TYPED_ATTRIBUTES = "typedAttributes";
    static final String BROKER_PROPERTIES = "brokerProperties";
    static final String TYPED_BROKER_PROPERTIES = "typedBrokerProperties";
    static final String DATA = "data";
    static final String DATA_BASE64 = "data_base64";

    /**
     * For streams of envelopes. Names of attributes are the senders', so there are many and they are chosen by anybody:
     * they are not interned, and many with one hash are no failure. Surrogates stay escaped, since the writer combines them
     * except at the end of a buffer: then the same text would not always be the same bytes.
     */
    static final JsonFactory JSON = newFactory();

    private Envelope() {}

    /** For reading. A factory and its parsers keep the names that they read, which may be large, as long as they live. */
    static JsonFactory newFactory() {
        return new JsonFactoryBuilder()
                .rootValueSeparator("")
                .streamReadConstraints(AttributesJson.ANY_SIZE)
                .disable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                .build();
    }
}
