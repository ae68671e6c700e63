package dev.persistor.benchmarks;

import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.persistor.benchmarks.start.BareBlobStorage;
import dev.persistor.benchmarks.start.BareCloudStorage;
import dev.persistor.benchmarks.start.EventGridDelivery;
import dev.persistor.benchmarks.start.PubSubPush;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.Azurite;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The time from the start of a JVM to the first durable message: Persistor as it is deployed, through its function, beside a
 * program of a few lines with the bare SDK and all that this brings. Prints a table of class paths and one of times for each
 * cloud.
 */
public final class StartTime {

    private static final String CONNECTION = "AZURE_STORAGE_CONNECTION_STRING";
    private static final String MESSAGE =
            StandardCharsets.UTF_8.decode(SampleMessages.of(1).get(0).payload()).toString();
    private static final double MEGABYTE = 1e6;

    /** The sets of flags, in the order of the columns. */
    enum Flags {
        DEFAULT("default", false, false),
        C1("C1 only", true, false),
        APP_CDS("AppCDS", false, true),
        APP_CDS_AND_C1("AppCDS and C1 only", true, true);

        private final String title;
        private final boolean c1;
        private final boolean archive;

        Flags(String title, boolean c1, boolean archive) {
            this.title = title;
            this.c1 = c1;
            this.archive = archive;
        }
    }

    /** What takes part, and what its runs took, by flags. */
    private record Contender(String name, StartProgram program, List<Flags> flags, Map<Flags, List<Double>> times) {

        Contender(String name, StartProgram program, List<Flags> flags) {
            this(name, program, flags, new LinkedHashMap<>());
        }

        String cell(Flags column) {
            return times.containsKey(column) ? "%,.0f".formatted(median(column)) : "";
        }

        double median(Flags column) {
            return Median.of(times.getOrDefault(column, List.of()).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray());
        }
    }

    private final int rounds;
    private final List<Flags> flags;
    private final PrintStream table;
    private final Path work;
    private int runs;

    /**
     * Measures nothing yet.
     *
     * @param rounds how many runs each median is of
     * @param flags the columns; those with an archive want class paths of jars
     * @param work an empty folder
     */
    StartTime(int rounds, List<Flags> flags, PrintStream table, Path work) {
        this.rounds = rounds;
        this.flags = flags;
        this.table = table;
        this.work = work;
    }

    /**
     * Measures both clouds; takes some four minutes.
     *
     * @param arguments the repository, where all is packed; a folder with the SDKs' jars in {@code gcp} and {@code azure}; an
     *     empty folder to work in
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Path.of(arguments[0]);
        Path sdks = Path.of(arguments[1]);
        List<Path> programs = List.of(home.resolve("persistor-benchmarks/target/persistor-benchmarks-start.jar"));
        Path lib = home.resolve("persistor-benchmarks/target/lib");
        Path deployment = home.resolve("persistor-gcp/target/deployment");
        Path app = home.resolve("persistor-azure/target/azure-functions/persistor");
        StartTime start = new StartTime(9, List.of(Flags.values()), System.out, Path.of(arguments[2]));

        List<Path> sdk = jars(sdks.resolve("gcp"));
        List<Path> persistor = jars(deployment);
        start.sizes("google-cloud-storage", sdk, "persistor-gcp/target/deployment", persistor);
        // The framework brings the interfaces of functions; the deployment has them not.
        List<Path> framework = jars(lib).stream()
                .filter(jar -> jar.getFileName().toString().matches("(functions-framework|cloudevents)-api-.*"))
                .toList();
        start.onCloudStorage(joined(programs, sdk), joined(programs, joined(framework, persistor)));

        sdk = jars(sdks.resolve("azure"));
        persistor = jars(app);
        start.sizes(
                "azure-storage-blob and azure-identity",
                sdk,
                "persistor-azure/target/azure-functions/persistor",
                persistor);
        start.onBlobStorage(
                home.resolve("persistor-testkit/azurite"), joined(programs, sdk), joined(programs, persistor));
    }

    /** Those of the folder before those of the folders in it: a function's own jar names the others, so the platforms have it first. */
    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted(Comparator.comparingInt(Path::getNameCount).thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    private static List<Path> joined(List<Path> first, List<Path> rest) {
        return Stream.concat(first.stream(), rest.stream()).toList();
    }

    private void sizes(String sdk, List<Path> closure, String artifact, List<Path> deployed) throws IOException {
        table.println();
        table.println("| class path | jars | MB | of the SDK's jars | of the SDK's bytes |");
        table.println("|---|---|---|---|---|");
        double closureBytes = bytes(closure);
        table.printf(
                Locale.ROOT,
                "| %s, all of it, without Persistor | %d | %.1f | 1.00 | 1.00 |%n",
                sdk,
                closure.size(),
                closureBytes / MEGABYTE);
        table.printf(
                Locale.ROOT,
                "| %s, with Persistor | %d | %.1f | %.2f | %.2f |%n",
                artifact,
                deployed.size(),
                bytes(deployed) / MEGABYTE,
                (double) deployed.size() / closure.size(),
                bytes(deployed) / closureBytes);
    }

    private static double bytes(List<Path> jars) throws IOException {
        double bytes = 0;
        for (Path jar : jars) {
            bytes += Files.size(jar);
        }
        return bytes;
    }

    /** Compares on the testkit's Cloud Storage. */
    void onCloudStorage(List<Path> sdk, List<Path> persistor) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(Duration.ZERO)) {
            Map<String, String> environment =
                    Map.of("STORAGE_EMULATOR_HOST", server.endpoint(), "PERSISTOR_STORE", "gs://archive");
            List<Contender> entrants = List.of(
                    new Contender(
                            "bare SDK",
                            new StartProgram(BareCloudStorage.class, sdk, environment, StartTime::object),
                            flags),
                    new Contender(
                            "Persistor",
                            new StartProgram(PubSubPush.class, persistor, environment, StartTime::push),
                            flags));
            compare("to the first object in Cloud Storage", entrants);
            requireOneBlobARun(environment);
        }
    }

    /** Compares on Azurite. Azure's jars are signed, and an archive takes no class of theirs: so copies that are not run too. */
    void onBlobStorage(Path azuriteHome, List<Path> sdk, List<Path> persistor)
            throws IOException, InterruptedException {
        try (Azurite azurite = Azurite.start(azuriteHome)) {
            new BlobServiceClientBuilder()
                    .connectionString(azurite.connectionString())
                    .buildClient()
                    .createBlobContainer("archive");
            Map<String, String> environment =
                    Map.of("PERSISTOR_STORE", azurite.endpoint() + "/archive", CONNECTION, azurite.connectionString());
            List<Flags> asTheyCome = flags.stream().filter(set -> !set.archive).toList();
            List<Contender> entrants = new ArrayList<>();
            entrants.add(bareBlobStorage("bare SDK", sdk, environment, asTheyCome));
            entrants.add(eventGrid("Persistor", persistor, environment, asTheyCome));
            if (asTheyCome.size() < flags.size()) {
                List<Path> unsigned = UnsignedJars.copy(sdk, work.resolve("sdk"));
                entrants.add(bareBlobStorage("bare SDK, jars without signatures", unsigned, environment, flags));
                unsigned = UnsignedJars.copy(persistor, work.resolve("persistor"));
                entrants.add(eventGrid("Persistor, jars without signatures", unsigned, environment, flags));
            }
            compare("to the first blob in Azurite", entrants);
            requireOneBlobARun(environment);
        }
    }

    private static Contender bareBlobStorage(
            String name, List<Path> jars, Map<String, String> environment, List<Flags> flags) {
        return new Contender(
                name, new StartProgram(BareBlobStorage.class, jars, environment, StartTime::object), flags);
    }

    private static Contender eventGrid(
            String name, List<Path> jars, Map<String, String> environment, List<Flags> flags) {
        return new Contender(
                name, new StartProgram(EventGridDelivery.class, jars, environment, StartTime::event), flags);
    }

    private static List<String> object(int run) {
        return List.of("orders/2026/01/31/12/" + run + ".bin", MESSAGE);
    }

    private static List<String> push(int run) {
        Message message = SampleMessages.of(1).get(0);
        StringBuilder attributes = new StringBuilder();
        message.attributes()
                .toMap()
                .forEach((name, value) -> attributes
                        .append(attributes.isEmpty() ? "" : ",")
                        .append("\"%s\":\"%s\"".formatted(name, value)));
        return List.of("{\"message\":{\"data\":\"%s\",\"attributes\":{%s},\"messageId\":\"%d\",\"publishTime\":\"%s\"},"
                        .formatted(
                                Base64.getEncoder().encodeToString(MESSAGE.getBytes(StandardCharsets.UTF_8)),
                                attributes,
                                run,
                                message.publishTime())
                + "\"subscription\":\"projects/p/subscriptions/orders\"}");
    }

    private static List<String> event(int run) {
        return List.of("{\"specversion\":\"1.0\",\"id\":\"%d\",\"source\":\"/shops/orders\",\"type\":\"order.created\","
                        .formatted(run)
                + "\"time\":\"2026-01-31T12:34:56.789Z\",\"data\":" + MESSAGE + "}");
    }

    /** Round by round and flag by flag, so that what else the machine does falls on all alike. */
    private void compare(String title, List<Contender> entrants) throws IOException, InterruptedException {
        for (int i = 0; i < entrants.size(); i++) {
            record(entrants.get(i), i);
        }
        for (int round = 0; round < rounds; round++) {
            for (Flags set : flags) {
                for (int i = 0; i < entrants.size(); i++) {
                    Contender entrant = entrants.get(i);
                    if (entrant.flags.contains(set)) {
                        double milliseconds = entrant.program.run(++runs, jvmFlags(set, i));
                        entrant.times
                                .computeIfAbsent(set, none -> new ArrayList<>())
                                .add(milliseconds);
                    }
                }
            }
        }
        print(title, entrants);
    }

    /** Runs once to warm up what the system keeps of the jars, and to write the archive where one is wanted. */
    private void record(Contender entrant, int number) throws IOException, InterruptedException {
        boolean wanted = entrant.flags.stream().anyMatch(set -> set.archive);
        entrant.program.run(++runs, wanted ? List.of("-XX:ArchiveClassesAtExit=" + archive(number)) : List.of());
    }

    private Path archive(int number) {
        return work.resolve(number + ".jsa");
    }

    private List<String> jvmFlags(Flags set, int number) {
        List<String> all = new ArrayList<>();
        if (set.c1) {
            all.add("-XX:TieredStopAtLevel=1");
        }
        if (set.archive) {
            all.add("-XX:SharedArchiveFile=" + archive(number));
            // Or else an archive that does not fit is left aside without a word.
            all.add("-Xshare:on");
        }
        return all;
    }

    private void print(String title, List<Contender> entrants) {
        table.println();
        row("milliseconds, median of " + rounds + ", " + title, flags.stream().map(set -> set.title));
        row("---", flags.stream().map(set -> "---"));
        entrants.forEach(entrant -> row(entrant.name, flags.stream().map(entrant::cell)));
        row(
                "Persistor, of the bare SDK with the same flags",
                flags.stream()
                        .map(set -> ratio(measured(entrants, "Persistor", set), measured(entrants, "bare SDK", set))));
        double byDefault = measured(entrants, "bare SDK", flags.get(0));
        row(
                "Persistor, of the bare SDK by default",
                flags.stream().map(set -> ratio(measured(entrants, "Persistor", set), byDefault)));
        table.flush();
    }

    /** Returns the first median of those whose name begins so: that of the jars as they come, where there is one. */
    private static double measured(List<Contender> entrants, String name, Flags set) {
        return entrants.stream()
                .filter(entrant -> entrant.name.startsWith(name) && entrant.flags.contains(set))
                .findFirst()
                .orElseThrow()
                .median(set);
    }

    private static String ratio(double part, double whole) {
        return "%.2f".formatted(part / whole);
    }

    private void row(String first, Stream<String> cells) {
        table.println("| " + first + " | " + String.join(" | ", cells.toList()) + " |");
    }

    /** A program that archived nothing would be a fast one. */
    private void requireOneBlobARun(Map<String, String> environment) {
        try (BlobStore store = BlobStores.open(URI.create(environment.get("PERSISTOR_STORE")), environment)) {
            long blobs = store.list("").count();
            if (blobs != runs) {
                throw new IllegalStateException(runs + " runs left " + blobs + " blobs");
            }
        }
        runs = 0;
    }
}
