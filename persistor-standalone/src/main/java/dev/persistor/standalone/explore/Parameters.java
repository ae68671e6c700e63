package dev.persistor.standalone.explore;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * The parameters of a request, each checked as it is read.
 *
 * <p>Immutable.
 */
final class Parameters {

    private static final int MOST_VALUES = 1_000;

    private final Fields fields;

    private Parameters(Fields fields) {
        this.fields = fields;
    }

    /**
     * Reads the parameters of a request.
     *
     * @param allowed the names that the resource knows: a misspelled filter must not be ignored, or it would show too much
     * @throws BadRequestException if there is another, or the query cannot be decoded
     */
    static Parameters of(Request request, Set<String> allowed) {
        Fields fields = decoded(request);
        for (String name : fields.getNames()) {
            if (!allowed.contains(name)) {
                throw new BadRequestException("the parameter '" + name + "' is unknown here; allowed are "
                        + String.join(", ", allowed.stream().sorted().toList()));
            }
            if (fields.getValuesOrEmpty(name).size() > MOST_VALUES) {
                throw new BadRequestException(
                        "the parameter '" + name + "' is given more than " + MOST_VALUES + " times");
            }
        }
        return new Parameters(fields);
    }

    private static Fields decoded(Request request) {
        try {
            return Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw new BadRequestException(
                    "the query of the address cannot be decoded; it must be percent-encoded UTF-8");
        }
    }

    List<String> all(String name) {
        return fields.getValuesOrEmpty(name).stream()
                .filter(value -> !value.isEmpty())
                .toList();
    }

    Optional<String> one(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new BadRequestException(
                    "the parameter '" + name + "' is given " + values.size() + " times; give it once");
        }
        return values.stream().findFirst();
    }

    String required(String name) {
        return one(name).orElseThrow(() -> new BadRequestException("the parameter '" + name + "' is missing"));
    }

    Optional<Instant> instant(String name) {
        return one(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw BadRequestException.of(name, text, "an instant in UTC such as 2026-01-31T07:15:00Z");
            }
        });
    }

    int number(String name, int least, int most, int byDefault) {
        return one(name).map(text -> number(name, text, least, most)).orElse(byDefault);
    }

    private static int number(String name, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, as a number out of range is.
        }
        throw BadRequestException.of(name, text, "a number from " + least + " to " + most);
    }
}
