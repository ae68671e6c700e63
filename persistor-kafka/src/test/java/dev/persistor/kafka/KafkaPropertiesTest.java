package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaPropertiesTest {

    @Test
    void valuesAreTakenAsTheyAre() {
        assertThat(KafkaProperties.parse("""
                        # comment
                        security.protocol=SASL_SSL

                        sasl.jaas.config=x required password="a\\b\\\\c\\u0041=!#:d";
                        ssl.keystore.location=C:\\certs\\new
                        ssl.truststore.password= begins and ends with a blank\s
                        ssl.key.password = no blanks of its own
                        """))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.jaas.config",
                        "x required password=\"a\\b\\\\c\\u0041=!#:d\";",
                        "ssl.keystore.location",
                        "C:\\certs\\new",
                        "ssl.truststore.password",
                        " begins and ends with a blank ",
                        "ssl.key.password",
                        "no blanks of its own"));
    }

    @Test
    void aLineThatBeginsWithABlankContinuesTheValueBefore() {
        String pem = "-----BEGIN CERTIFICATE-----\nMIIB==\n  indented\n\n-----END CERTIFICATE-----\n";
        assertThat(KafkaProperties.parse("ssl.truststore.certificates=" + pem.replace("\n", "\n ") + "\nclient.id=x"))
                .isEqualTo(Map.of("ssl.truststore.certificates", pem, "client.id", "x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client.id=x;-----BEGIN s3cret----- | line 2 is not key=value",
                "client.id: s3cret | line 1 is not key=value",
                "client.id=x;client.id=s3cret | client.id is set twice",
                "sasl.jaas.config=s3cret \\; username=x | line 1 ends with a backslash, which continues the"
                        + " value in the next line",
            })
    void whatWouldBeAlteredIsRefusedAndNotQuoted(String lines, String reason) {
        assertThatThrownBy(() -> KafkaProperties.parse(lines.replace(";", "\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(reason)
                .hasMessageNotContaining("s3cret");
    }
}
