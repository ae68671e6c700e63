package dev.persistor.testkit.azure;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.jspecify.annotations.Nullable;

/** An event hub: logs that are read from any place, as often as one likes. */
final class AmqpHub implements AmqpEntity {

    /** What Event Hubs takes in its standard tier. */
    private static final long MAX_TRANSFER = 1024 * 1024;

    private static final Pattern SELECTOR =
            Pattern.compile("amqp\\.annotation\\.x-opt-(offset|sequence-number|enqueued-time) >(=?) '([^']*)'");

    private final String name;
    private final Clock clock;
    private final Instant created;
    private final List<List<AmqpStored>> partitions;
    /** The first sequence number that each partition keeps. */
    private final int[] begins;

    private final List<AmqpMessage> arrived = new ArrayList<>();
    private int next;

    AmqpHub(String name, int partitions, Clock clock) {
        this.name = name;
        this.clock = clock;
        this.created = clock.instant();
        this.begins = new int[partitions];
        this.partitions = IntStream.range(0, partitions)
                .<List<AmqpStored>>mapToObj(partition -> new ArrayList<>())
                .toList();
    }

    @Override
    public long maxTransferSize() {
        return MAX_TRANSFER;
    }

    @Override
    public void store(AmqpTransfer transfer, String partition) {
        int place = partition.isEmpty() ? place(transfer.partitionKey()) : Integer.parseInt(partition);
        List<AmqpStored> log = partitions.get(place);
        for (AmqpTransfer.Encoded encoded : transfer.messages()) {
            AmqpStored stored = AmqpStored.of(encoded, name, Integer.toString(place), log.size(), clock.instant());
            log.add(stored);
            arrived.add(stored.view());
        }
    }

    /** Events of one key share a partition; the others take turns. */
    private int place(Optional<String> key) {
        return Math.floorMod(key.isPresent() ? key.get().hashCode() : next++, partitions.size());
    }

    @Override
    public List<AmqpMessage> messages() {
        return List.copyOf(arrived);
    }

    boolean hasPartition(String partition) {
        return partitionIds().contains(partition);
    }

    private List<String> partitionIds() {
        return IntStream.range(0, partitions.size()).mapToObj(Integer::toString).toList();
    }

    /** Keeps no event of a partition before a sequence number, as when its retention is over. */
    void expire(int partition, int first) {
        begins[partition] = first;
    }

    /** Returns what the management node says of the hub. */
    Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("name", name);
        properties.put("type", "com.microsoft:eventhub");
        properties.put("created_at", Date.from(created));
        properties.put("partition_count", partitions.size());
        properties.put("partition_ids", partitionIds().toArray(new String[0]));
        return properties;
    }

    /** Returns what the management node says of a partition, which is there. */
    Map<String, Object> properties(String partition) {
        int place = Integer.parseInt(partition);
        List<AmqpStored> log = partitions.get(place);
        long last = log.size() - 1L;
        boolean isEmpty = begins[place] >= log.size();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("name", name);
        properties.put("type", "com.microsoft:partition");
        properties.put("partition", partition);
        properties.put("begin_sequence_number", log.isEmpty() ? -1L : (long) begins[place]);
        properties.put("last_enqueued_sequence_number", last);
        properties.put("last_enqueued_offset", Long.toString(last));
        properties.put(
                "last_enqueued_time_utc",
                Date.from(
                        log.isEmpty()
                                ? Instant.EPOCH
                                : log.get((int) last).view().enqueuedTime()));
        properties.put("is_partition_empty", isEmpty);
        return properties;
    }

    /** Reads a partition from the place that a selector names; without one, from its beginning. */
    Cursor cursor(String partition, Optional<String> selector) {
        int place = Integer.parseInt(partition);
        return new Reading(
                place, selector.map(text -> first(partitions.get(place), text)).orElse(0));
    }

    private static int first(List<AmqpStored> log, String selector) {
        Matcher parts = SELECTOR.matcher(selector);
        if (!parts.matches()) {
            throw new IllegalArgumentException("this server does not know the selector " + selector);
        }
        if (parts.group(3).equals("@latest")) {
            return log.size();
        }
        long bound = Long.parseLong(parts.group(3));
        boolean inclusive = !parts.group(2).isEmpty();
        boolean byTime = parts.group(1).equals("enqueued-time");
        Predicate<AmqpStored> wanted = stored -> {
            long value = byTime
                    ? stored.view().enqueuedTime().toEpochMilli()
                    : stored.view().sequenceNumber();
            return inclusive ? value >= bound : value > bound;
        };
        return (int) log.stream().takeWhile(wanted.negate()).count();
    }

    private final class Reading implements Cursor {
        private final int partition;
        private int next;

        private Reading(int partition, int next) {
            this.partition = partition;
            this.next = next;
        }

        @Override
        public @Nullable AmqpStored next(UUID token) {
            List<AmqpStored> log = partitions.get(partition);
            next = Math.max(next, begins[partition]);
            return next < log.size() ? log.get(next++) : null;
        }

        /** An event stays where it is, whatever a reader makes of it. */
        @Override
        public DeliveryState settle(UUID token, DeliveryState outcome) {
            return outcome;
        }

        @Override
        public void close() {}
    }
}
