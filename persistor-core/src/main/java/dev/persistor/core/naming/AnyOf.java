package dev.persistor.core.naming;

import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Finds the blobs of several rules: an archive's template may have changed over the years, and another program's blobs may lie
 * beside. Each blob is listed once.
 *
 * <p>Immutable.
 *
 * @param rules the rules, one or more
 */
public record AnyOf(List<NamedBlobs> rules) implements NamedBlobs {

    /** Copies the list. */
    public AnyOf {
        rules = List.copyOf(rules);
    }

    @Override
    public Stream<BlobInfo> list(BlobSource source, String prefix, Set<String> sources, TimeRange range) {
        List<Stream<BlobInfo>> listings = new ArrayList<>();
        RememberedFirsts remembered = new RememberedFirsts(source);
        rules.forEach(rule -> listings.add(rule.list(remembered, prefix, sources, range)));
        remembered.forget();
        Merged merged = new Merged(listings.stream().map(Stream::iterator).toList());
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(merged, Spliterator.ORDERED), false)
                .onClose(() -> listings.forEach(Stream::close));
    }

    @Override
    public boolean mayHaveNamed(BlobName name) {
        return rules.stream().anyMatch(rule -> rule.mayHaveNamed(name));
    }

    /** Gives what several listings give, in the order of names. Not thread-safe. */
    private static final class Merged implements Iterator<BlobInfo> {

        /** The next blob of a listing. */
        private record Head(BlobInfo blob, Iterator<BlobInfo> rest) {
            String name() {
                return blob.name().value();
            }
        }

        private final PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::name, BlobName.ORDER));

        Merged(List<Iterator<BlobInfo>> listings) {
            listings.forEach(this::add);
        }

        private void add(Iterator<BlobInfo> listing) {
            if (listing.hasNext()) {
                heads.add(new Head(listing.next(), listing));
            }
        }

        @Override
        public boolean hasNext() {
            return !heads.isEmpty();
        }

        @Override
        public BlobInfo next() {
            Head first = heads.remove();
            add(first.rest);
            while (!heads.isEmpty() && heads.element().name().equals(first.name())) {
                add(heads.remove().rest);
            }
            return first.blob;
        }
    }
}
