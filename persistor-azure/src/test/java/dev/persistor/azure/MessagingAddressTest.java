package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagingAddressTest {

    private static MessagingAddress hub(String address) {
        return MessagingAddress.of(URI.create(address), "hub");
    }

    @ParameterizedTest
    @CsvSource({
        "eventhubs://acme/orders, acme.servicebus.windows.net, orders",
        "eventhubs://ACME-1/orders_v2.x-y, acme-1.servicebus.windows.net, orders_v2.x-y",
        "eventhubs://acme.servicebus.windows.net/orders, acme.servicebus.windows.net, orders",
        "eventhubs://acme.servicebus.chinacloudapi.cn/orders, acme.servicebus.chinacloudapi.cn, orders",
        "eventhubs://localhost/orders, localhost, orders"
    })
    void anAddressNamesANamespaceAndAHub(String address, String namespace, String entity) {
        assertThat(hub(address)).isEqualTo(new MessagingAddress("eventhubs", namespace, entity));
    }

    @Test
    void aQueueMayLieInAFolder() {
        assertThat(MessagingAddress.of(URI.create("servicebus://acme/eu/orders"), "queue or topic")
                        .entity())
                .isEqualTo("eu/orders");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eventhubs://acme",
                "eventhubs://acme/",
                "eventhubs:///orders",
                "eventhubs:orders",
                "eventhubs://acme/a/b",
                "eventhubs://acme/orders/",
                "eventhubs://acme/orders?x=y",
                "eventhubs://acme/orders#x",
                "eventhubs://acme:5671/orders",
                "eventhubs://me:secret@acme/orders",
                "eventhubs://acme/or%20ders",
                "eventhubs://-acme/orders"
            })
    void whatIsNoAddressIsToldWithWhatIs(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hub(address))
                .withMessageContaining(address)
                .withMessageContaining("eventhubs://NAMESPACE/NAME");
    }

    @Nested
    class ConnectionStrings {

        private static final String KEY = "c2VjcmV0";
        private static final String VARIABLE = "PERSISTOR_EVENTHUBS_CONNECTION_STRING";

        private final MessagingAddress address = hub("eventhubs://acme/orders");

        private static String string(String endpoint) {
            return "Endpoint=" + endpoint + ";SharedAccessKeyName=name;SharedAccessKey=" + KEY;
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "sb://acme.servicebus.windows.net/",
                    "sb://ACME.servicebus.windows.net",
                    "sb://acme.servicebus.windows.net/;EntityPath=orders",
                    "sb://127.0.0.1:5673;UseDevelopmentEmulator=true"
                })
        void oneOfTheNamespaceOrOfAnEmulatorIsTaken(String endpoint) {
            assertThat(address.connection(VARIABLE, " " + string(endpoint) + " "))
                    .hasValueSatisfying(
                            connection -> assertThat(connection.secret()).isEqualTo(string(endpoint)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "  "})
        void aBlankOneIsNone(String text) {
            assertThat(address.connection(VARIABLE, text)).isEmpty();
            assertThat(address.connection(VARIABLE, null)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "sb://other.servicebus.windows.net/, other.servicebus.windows.net",
            "sb://acme.servicebus.windows.net/;EntityPath=payments, payments"
        })
        void oneOfAnotherPlaceIsRefused(String endpoint, String named) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> address.connection(VARIABLE, string(endpoint)))
                    .withMessageContaining(VARIABLE)
                    .withMessageContaining(named)
                    .satisfies(failure -> assertThat(failure).message().doesNotContain(KEY));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    KEY,
                    "SharedAccessKeyName=name;SharedAccessKey=" + KEY,
                    "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKey=" + KEY,
                    "Endpoint=sb://a b/;SharedAccessKeyName=name;SharedAccessKey=" + KEY,
                    "Endpoint=sb:///;SharedAccessKeyName=name;SharedAccessKey=" + KEY,
                    "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=name;SharedAccessKey=" + KEY + ";x"
                })
        void noErrorShowsASecret(String text) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> address.connection(VARIABLE, text))
                    .withMessageContaining(VARIABLE)
                    .satisfies(failure ->
                            assertThat(failure).hasNoCause().message().doesNotContain(KEY));
        }

        @Test
        void aConnectionStringShowsNoSecret() {
            assertThat(ConnectionString.parse(string("sb://acme.servicebus.windows.net/")))
                    .get()
                    .asString()
                    .doesNotContain(KEY);
        }
    }
}
