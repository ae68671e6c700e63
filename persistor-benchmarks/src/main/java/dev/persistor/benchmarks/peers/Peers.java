package dev.persistor.benchmarks.peers;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Persistor and routes of Apache Camel, each a process of its own in the same heap, archive the same messages of one broker
 * in one store. Prints tables: how fast, at what cost, and what kills lose and double.
 *
 * <p>Not thread-safe.
 */
public final class Peers implements AutoCloseable {

    private static final String HEAP = "512m";
    private static final List<String> SMALL_HEAPS = List.of("256m", "160m");
    private static final int ROUNDS = 3;
    private static final int IN_BATCHES = 1_800_000;
    private static final int ONE_EACH = 10_000;
    private static final int KILLS = 5;
    private static final int KILLED_IN_BATCHES = 60_000;
    private static final int KILLED_ONE_EACH = 12_000;
    private static final long SEED = 5;

    /** The part of a turn in which JVMs warm up, and that is told apart from the rest. */
    private static final double WARM_UP = 1 / 3.0;

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * How long things take.
     *
     * @param quiet longer than any entrant waits for more messages before it stores what it has
     * @param shortest how long a process lives at least before it is killed
     * @param longest how long it lives at most
     */
    record Throttle(Duration quiet, Duration shortest, Duration longest) {

        /** Long enough for each of them to start, to be given the partitions of the one that was killed, and to store something. */
        static final Throttle REAL = new Throttle(Duration.ofSeconds(3), Duration.ofSeconds(8), Duration.ofSeconds(14));
    }

    private final Throttle pace;
    private final Path folder;
    private final PrintStream table;
    private final KafkaProcess kafka;
    private final StoreProcess store;
    private final ExecutorService senders = Executors.newSingleThreadExecutor();
    private int runs;

    /** What an entrant has cost at a moment. */
    private record Reading(Instant at, Cost cost) {}

    private Peers(Throttle pace, Path folder, PrintStream table, KafkaProcess kafka, StoreProcess store) {
        this.pace = pace;
        this.folder = folder;
        this.table = table;
        this.kafka = kafka;
        this.store = store;
    }

    /** Starts broker and store, which log into a folder that is there. */
    static Peers start(Throttle pace, Path folder, PrintStream table) throws IOException, InterruptedException {
        KafkaProcess kafka = KafkaProcess.start(folder.resolve("kafka"), folder.resolve("kafka.log"));
        try {
            return new Peers(pace, folder, table, kafka, StoreProcess.start(folder.resolve("store.log")));
        } catch (IOException e) {
            kafka.close();
            throw e;
        }
    }

    /** Runs {@code batches}, {@code each} or {@code kills}, or all: the checkout, a folder for logs, and what to run. */
    public static void main(String[] arguments) throws Exception {
        Contender.Homes homes = Contender.Homes.in(Path.of(arguments[0]));
        Path folder = Files.createTempDirectory(Path.of(arguments[1]), "peers");
        List<String> chosen = List.of(arguments).subList(2, arguments.length);
        PrintStream out = System.out;
        try (Peers peers = start(Throttle.REAL, folder, out)) {
            if (chosen.isEmpty() || chosen.contains("batches")) {
                peers.inBatches(homes);
            }
            if (chosen.isEmpty() || chosen.contains("each")) {
                peers.oneEach(homes);
            }
            if (chosen.isEmpty() || chosen.contains("kills")) {
                peers.beginKills();
                peers.kill(with(homes.inBatches(), homes.payloads()), KILLS, KILLED_IN_BATCHES);
                peers.kill(List.of(homes.raw(), homes.each()), KILLS, KILLED_ONE_EACH);
            }
        }
    }

    private void inBatches(Contender.Homes homes) throws Exception {
        List<Contender> own = homes.inBatches();
        List<Contender> large = with(own, homes.payloads(), homes.json(), homes.payloadsByOurCollector());
        List<Result> results = new ArrayList<>(compare(HEAP, large, 0, ROUNDS, IN_BATCHES));
        List<Result> camel = List.copyOf(results.subList(own.size(), own.size() + 2));
        for (String heap : SMALL_HEAPS) {
            results.addAll(compare(heap, with(own, homes.payloadsWithFewConsumers()), 0, 1, IN_BATCHES));
        }
        print("from Kafka, up to 1,000 messages an object", results, camel);
    }

    private void oneEach(Contender.Homes homes) throws Exception {
        List<Contender> both = List.of(homes.raw(), homes.each());
        List<Result> results = new ArrayList<>(compare(HEAP, both, 1, ROUNDS, ONE_EACH));
        List<Result> camel = List.of(results.get(1));
        results.addAll(compare(SMALL_HEAPS.get(SMALL_HEAPS.size() - 1), both, 0, 1, ONE_EACH));
        print("from Kafka, one object a message", results, camel);
    }

    private void print(String title, List<Result> results, List<Result> camel) {
        Result.print(title, results, table);
        List<Result> own = results.stream()
                .filter(result -> result.name().startsWith(Contender.PERSISTOR))
                .toList();
        Result.printBeside(own, camel, table);
    }

    private static List<Contender> with(List<Contender> some, Contender... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    /** Has entrants archive the same backlog in turns, round by round, after rounds that do not count. */
    List<Result> compare(String heap, List<Contender> entrants, int warmUps, int rounds, int messages)
            throws Exception {
        List<List<Turn>> turns = new ArrayList<>();
        entrants.forEach(entrant -> turns.add(new ArrayList<>()));
        try (Topic topic = Topic.create(kafka.servers(), "backlog-" + ++runs)) {
            topic.send(0, messages);
            for (int round = -warmUps; round < rounds; round++) {
                for (int i = 0; i < entrants.size(); i++) {
                    Optional<Turn> turn = take(entrants.get(i), topic, messages, heap);
                    if (round >= 0) {
                        turns.get(i).addAll(turn.stream().toList());
                    }
                }
            }
        }
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < entrants.size(); i++) {
            List<Turn> own = turns.get(i);
            results.add(new Result(
                    entrants.get(i).name(),
                    heap,
                    messages,
                    own.size() < rounds ? Optional.empty() : Optional.of(Turn.median(own))));
        }
        return results;
    }

    private Place place(Topic topic) throws IOException {
        return new Place(topic.servers(), topic.name(), store.anew(), "run-" + ++runs, folder);
    }

    /** Returns nothing of an entrant that does not get done, as in too small a heap. */
    private Optional<Turn> take(Contender entrant, Topic topic, int messages, String heap) throws Exception {
        try {
            return Optional.of(archive(entrant, topic, messages, heap));
        } catch (NotDoneException e) {
            System.err.println(entrant.name() + " in " + heap + " is not done: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Turn archive(Contender entrant, Topic topic, int messages, String heap) throws Exception {
        Place place = place(topic);
        Instant start = Instant.now();
        try (Running running = Running.start(entrant, place, heap)) {
            long patience = System.nanoTime() + PATIENCE.toNanos();
            while (!topic.isRead(place.run())) {
                pause(running, patience);
            }
            List<Reading> readings = new ArrayList<>();
            readings.add(new Reading(Instant.now(), running.cost()));
            long uploads = 0;
            long changed = System.nanoTime();
            while (true) {
                pause(running, patience);
                long now = store.uploads();
                if (now != uploads) {
                    uploads = now;
                    changed = System.nanoTime();
                    readings.add(new Reading(Instant.now(), running.cost()));
                } else if (uploads > 0
                        && System.nanoTime() - changed > pace.quiet().toNanos()) {
                    Archive archive = Archive.read(place, entrant.contents(), messages);
                    if (archive.tally().lost() == 0) {
                        requireWhole(entrant, archive);
                        return turn(messages, start, archive, readings);
                    }
                    changed = System.nanoTime();
                }
            }
        }
    }

    private static Turn turn(int messages, Instant start, Archive archive, List<Reading> readings) {
        Reading begun = readings.get(0);
        Reading last = readings.get(readings.size() - 1);
        Instant warm = archive.reached(WARM_UP);
        Reading warmed = readings.stream()
                .filter(reading -> reading.at().isAfter(warm))
                .findFirst()
                .orElse(last);
        return new Turn(
                speed(messages * WARM_UP, Duration.between(begun.at(), warm), begun, warmed),
                speed(messages * (1 - WARM_UP), Duration.between(warm, archive.reached(1)), warmed, last),
                seconds(Duration.between(start, begun.at())),
                last.cost().peakBytes(),
                archive.objects().size(),
                archive.bytes());
    }

    private static Turn.Speed speed(double messages, Duration time, Reading from, Reading to) {
        Duration processor = to.cost().processor().minus(from.cost().processor());
        return new Turn.Speed(messages / seconds(time), seconds(processor) * 1_000_000 / messages);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private static void pause(Running running, long patience) throws InterruptedException, NotDoneException {
        running.requireAlive();
        if (System.nanoTime() > patience) {
            throw new NotDoneException("still at it after " + PATIENCE);
        }
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }

    private static void requireWhole(Contender entrant, Archive archive) {
        if (archive.tally().altered() > 0 || archive.tally().doubled() > 0) {
            throw new IllegalStateException(
                    entrant.name() + " altered " + archive.tally().altered() + " and doubled "
                            + archive.tally().doubled() + " messages, and nobody killed it");
        }
    }

    /** Begins the table of the kills. */
    void beginKills() {
        table.println();
        table.println("| killed while messages arrive | kills | messages | lost | doubled | altered | objects |");
        table.println("|---|---|---|---|---|---|---|");
    }

    /** Kills each entrant at moments of chance while messages arrive, lets it finish, and prints what is in the archive. */
    void kill(List<Contender> entrants, int kills, int messages) throws Exception {
        for (Contender entrant : entrants) {
            try (Topic topic = Topic.create(kafka.servers(), "killed-" + ++runs)) {
                Place place = place(topic);
                Random random = new Random(SEED);
                for (int kill = 0; kill < kills; kill++) {
                    int from = part(messages, kill, kills);
                    int to = part(messages, kill + 1, kills);
                    long life = random.nextLong(
                            pace.shortest().toMillis(), pace.longest().toMillis());
                    Future<?> sent = senders.submit(() -> {
                        topic.sendOver(from, to, life);
                        return null;
                    });
                    try (Running running = Running.start(entrant, place, HEAP)) {
                        TimeUnit.MILLISECONDS.sleep(life);
                        running.requireAlive();
                        running.kill();
                    }
                    sent.get();
                }
                finish(entrant, topic, place);
                Archive archive = Archive.read(place, entrant.contents(), messages);
                table.printf(
                        Locale.ROOT,
                        "| %s | %d | %,d | %,d | %,d | %,d | %,d |%n",
                        entrant.name(),
                        kills,
                        messages,
                        archive.tally().lost(),
                        archive.tally().doubled(),
                        archive.tally().altered(),
                        archive.objects().size());
                table.flush();
            }
        }
    }

    private static int part(int whole, int number, int parts) {
        return (int) ((long) whole * number / parts);
    }

    /** Lets it run until it has committed all that was sent, and stores nothing any more. */
    private void finish(Contender entrant, Topic topic, Place place) throws Exception {
        try (Running running = Running.start(entrant, place, HEAP)) {
            long patience = System.nanoTime() + PATIENCE.toNanos();
            while (topic.lag(place.run()) > 0) {
                pause(running, patience);
            }
            long uploads = store.uploads();
            for (long changed = System.nanoTime();
                    System.nanoTime() - changed < pace.quiet().toNanos(); ) {
                pause(running, patience);
                long now = store.uploads();
                if (now != uploads) {
                    uploads = now;
                    changed = System.nanoTime();
                }
            }
        }
    }

    @Override
    public void close() {
        senders.shutdownNow();
        store.close();
        kafka.close();
    }
}
