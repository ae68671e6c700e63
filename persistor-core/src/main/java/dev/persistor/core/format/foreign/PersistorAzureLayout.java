package dev.persistor.core.format.foreign;

import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blobs of the Persistor of 2020 for Azure: {@code {STORE_PARAM}/{year}/{month}/{day}/{uuid}.txt}, and appended to for a
 * minute {@code .../{hour}-{minute}.txt}. Month, day, hour and minute have one digit or two, as two ways of writing gave
 * them. The content is JSON, a record {@code {"DATA":...,"METADATA":{...}}} after another, with a line feed between them or,
 * where one append ended and another began, with nothing.
 *
 * <ul>
 *   <li>The payload: {@code DATA} in UTF-8 where it is text, and else the JSON as it stands in the file. Of Event Grid's
 *       events only that was stored, parsed and written anew; a payload that was not UTF-8 was not stored at all.
 *   <li>The attributes: {@code METADATA}, where there is any. Texts, numbers, booleans and null keep their type, to 64 bits;
 *       all else is JSON.
 *   <li>The id: the blob's name, {@code #}, and the record's place counted from 0. No id was stored, and a message that was
 *       delivered twice is there twice.
 *   <li>The publish time: the beginning of the day or the minute in the name, when the blob was begun, by the clock of the
 *       function, which is taken to have been UTC.
 *   <li>The source: {@code STORE_PARAM}.
 * </ul>
 *
 * <p>Immutable.
 */
final class PersistorAzureLayout extends ForeignLayout {

    static final String NAME = "persistor-azure";

    private static final String UUID = "\\p{XDigit}{8}-?(?:\\p{XDigit}{4}-?){3}\\p{XDigit}{12}";

    private static final Pattern NAMES =
            Pattern.compile("(?<source>.+)/(?<year>\\d{4})/(?<month>\\d\\d?)/(?<day>\\d\\d?)/" + "(?:" + UUID
                    + "|(?<hour>\\d\\d?)-(?<minute>\\d\\d?))\\.txt");

    PersistorAzureLayout() {
        super(NAME);
    }

    /**
     * What a name tells.
     *
     * @param source the folder in front of the date
     * @param time the beginning of the day or minute
     */
    private record Told(String source, Instant time) {}

    private static Optional<Told> told(BlobName blob) {
        Matcher name = NAMES.matcher(blob.value());
        if (!name.matches()) {
            return Optional.empty();
        }
        return PathTimes.utc(
                        name.group("year"),
                        name.group("month"),
                        name.group("day"),
                        name.group("hour"),
                        name.group("minute"))
                .map(time -> new Told(name.group("source"), time));
    }

    @Override
    protected boolean isNamedLikeThis(BlobName blob) {
        return told(blob).isPresent();
    }

    @Override
    protected MessageReader reader(InputStream in, BlobInfo blob, ReadContext context) {
        Told told = told(nameOfPlain(blob.name())).orElseThrow();
        return new RecordsReader(in, blob, context, told.source, told.time);
    }
}
