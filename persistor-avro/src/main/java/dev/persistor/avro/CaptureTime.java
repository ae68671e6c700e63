package dev.persistor.avro;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** When Event Hubs took an event in, as Capture writes it. */
final class CaptureTime {

    private static final String ENQUEUED_TIME = "x-opt-enqueued-time";

    /** .NET's general form of a time in the culture en-US, such as 12/5/2017 10:49:39 PM. */
    private static final DateTimeFormatter GENERAL = DateTimeFormatter.ofPattern("M/d/uuuu h:mm:ss a", Locale.US);

    private static final Pattern ENDS_IN_ZONE = Pattern.compile("(?:Z|[+-]\\d\\d:\\d\\d)$");

    private CaptureTime() {}

    /**
     * Returns the time. Its general form has no fraction of a second; where a system property gives the same second in
     * milliseconds, that is more exact. Where the text is in another form, as other cultures write times, the system property
     * stands for it.
     *
     * @throws DateTimeException if neither the text nor the system property is a time that can be read
     */
    static Instant of(String text, Attributes system) {
        Optional<Instant> enqueued = system.first(ENQUEUED_TIME)
                .filter(value -> value.type() == AttributeValue.Type.LONG)
                .map(value -> Instant.ofEpochMilli(Long.parseLong(value.text())));
        Instant time;
        try {
            time = parse(text);
        } catch (DateTimeException e) {
            return enqueued.orElseThrow(() -> e);
        }
        return enqueued.filter(exact -> exact.truncatedTo(ChronoUnit.SECONDS).equals(time))
                .orElse(time);
    }

    private static Instant parse(String text) {
        if (text.indexOf('/') >= 0) {
            return LocalDateTime.parse(text, GENERAL).toInstant(ZoneOffset.UTC);
        }
        return ENDS_IN_ZONE.matcher(text).find()
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }
}
