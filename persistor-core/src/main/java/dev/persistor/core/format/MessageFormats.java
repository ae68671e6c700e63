package dev.persistor.core.format;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.MissingModule;
import dev.persistor.core.store.OpenBlob;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The formats that are on the class path: raw, and those that a {@link MessageFormatProvider} brings, jsonl among them. What other
 * programs wrote is read besides, in the {@linkplain #withLayouts layouts} that are named for it.
 *
 * <p>Immutable.
 */
public final class MessageFormats {

    private final List<ReadableFormat> formats;

    private MessageFormats(List<? extends ReadableFormat> formats) {
        this.formats = List.copyOf(formats);
    }

    /** Returns all formats that are there, for reading. */
    public static MessageFormats installed() {
        List<MessageFormat> formats = new ArrayList<>();
        formats.add(new RawFormat());
        providers().forEach(provider -> formats.add(provider.format(Compression.NONE)));
        return new MessageFormats(formats);
    }

    /**
     * Returns these formats and the given layouts of other programs. Where a layout and a format take the same blob for
     * theirs, the layout has it: it was named explicitly. Of two layouts, the first.
     *
     * @param layouts such as {@link dev.persistor.core.format.foreign.ForeignLayouts#named} returns, and which leave alone
     *     what says in its metadata that Persistor wrote it
     */
    public MessageFormats withLayouts(List<? extends ReadableFormat> layouts) {
        List<ReadableFormat> all = new ArrayList<>(layouts);
        all.addAll(formats);
        return new MessageFormats(all);
    }

    /** Returns these formats and the layout of another program; see {@link #withLayouts}. */
    public MessageFormats withLayout(ReadableFormat layout) {
        return withLayouts(List.of(layout));
    }

    private static ServiceLoader<MessageFormatProvider> providers() {
        // The class loader of Persistor itself: function hosts give threads context loaders of their own.
        return ServiceLoader.load(MessageFormatProvider.class, MessageFormats.class.getClassLoader());
    }

    /**
     * Returns a format to write in.
     *
     * @param name the format's name
     * @param compression how its blobs are compressed
     * @throws IllegalArgumentException if no such format is on the class path, or it cannot be compressed so; the message
     *     says what can be
     */
    public static MessageFormat named(String name, Compression compression) {
        return name.equals(RawFormat.NAME) ? raw(compression) : provided(name, compression);
    }

    private static MessageFormat raw(Compression compression) {
        if (compression != Compression.NONE) {
            throw new IllegalArgumentException(
                    "the format raw is never compressed; use" + " the compression none, or the format jsonl or avro");
        }
        return new RawFormat();
    }

    private static MessageFormat provided(String name, Compression compression) {
        List<String> names = new ArrayList<>(List.of(RawFormat.NAME));
        for (MessageFormatProvider provider : providers()) {
            if (provider.name().equals(name)) {
                return provider.format(compression);
            }
            names.add(provider.name());
        }
        throw new IllegalArgumentException("no module on the class path provides the format " + name
                + MissingModule.advice("format", name) + "; available: " + String.join(", ", names));
    }

    /**
     * Tells whether a blob holds messages, in any of these formats. A blob of which the store has lost the description counts as
     * one that does, so that the reader of the messages is told.
     */
    public boolean holdMessages(BlobInfo blob) {
        if (blob.name().isForeign()) {
            return false;
        }
        return blob.problem().isPresent() || formats.stream().anyMatch(format -> format.holdsMessages(blob));
    }

    /** Reads within the default limits; see {@link #read(OpenBlob, BlobSource, ReadContext)}. */
    public MessageReader read(OpenBlob blob, BlobSource source) {
        return read(blob, source, ReadContext.DEFAULT);
    }

    /**
     * Reads the messages of a blob, whatever its format.
     *
     * @param blob the opened blob, which the caller closes after the reader
     * @param source where the blob's sidecar is, if it has one
     * @param context what is beyond its limits is damage
     * @throws FormatException if the blob is of none of these formats
     */
    public MessageReader read(OpenBlob blob, BlobSource source, ReadContext context) {
        return formats.stream()
                .filter(format -> format.holdsMessages(blob.info()))
                .findFirst()
                .orElseThrow(() -> FormatException.foreign(blob.info().name()
                        + " has a format that cannot be read here: its " + MessageFormat.METADATA_KEY
                        + " is "
                        + blob.info().metadata().get(MessageFormat.METADATA_KEY).orElse("missing")))
                .read(blob, source, context);
    }
}
