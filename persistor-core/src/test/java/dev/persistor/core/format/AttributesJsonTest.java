package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttributesJsonTest {

    @Test
    void whatNeedsNoEscapeIsWrittenAsAGeneratorWritesIt() throws IOException {
        for (long seed = 0; seed < 5_000; seed++) {
            Attributes attributes = attributes(new Random(seed));
            String json = AttributesJson.encode(attributes);
            assertThat(json).as("seed %d", seed).isEqualTo(byGenerator(attributes));
            assertThat(AttributesJson.decode(json, ReadLimits.DEFAULT))
                    .as("seed %d", seed)
                    .isEqualTo(attributes);
        }
    }

    @Test
    void everyCharacterComesBack() throws IOException {
        for (char c = 0; c < 0x300; c++) {
            Attributes attributes = Attributes.builder().add("a" + c, c + "b").build();
            String json = AttributesJson.encode(attributes);
            assertThat(json).as("character %d", (int) c).isEqualTo(byGenerator(attributes));
            assertThat(AttributesJson.decode(json, ReadLimits.DEFAULT))
                    .as("character %d", (int) c)
                    .isEqualTo(attributes);
        }
    }

    private static Attributes attributes(Random random) {
        Attributes.Builder attributes = Attributes.builder();
        for (int count = random.nextInt(5); count > 0; count--) {
            AttributeValue value =
                    random.nextInt(10) == 0 ? AttributeValue.of(random.nextInt()) : AttributeValue.of(text(random));
            attributes.add(text(random), value);
        }
        return attributes.build();
    }

    private static String text(Random random) {
        String alphabet = random.nextInt(10) == 0 ? "a\"\\\n\u007Fé\uD800" : "abc 019-_./,:[]{}'";
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(12); length > 0; length--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String byGenerator(Attributes attributes) throws IOException {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = AttributesJson.JSON.createGenerator(out)) {
            AttributesJson.write(json, attributes);
        }
        return out.toString();
    }
}
