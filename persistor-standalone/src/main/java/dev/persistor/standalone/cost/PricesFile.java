package dev.persistor.standalone.cost;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.SettingsException;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads a file of prices; what is wrong with it is gathered, so that all of it can be told at once. Not thread-safe. */
final class PricesFile {

    private static final String CURRENCY = "currency";
    private static final String REGION = "region";
    private static final String PRICES = "prices";
    private static final String STORAGE = "storage";
    private static final List<String> OF_PRICE = List.of("price", "per", "source", "date", REGION);

    /** The prices of a storage class. */
    private static final Map<String, Measure> OF_CLASS = ofClass();

    private final List<Problem> problems = new ArrayList<>();

    private PricesFile() {}

    private static Map<String, Measure> ofClass() {
        Map<String, Measure> measures = new LinkedHashMap<>();
        measures.put("stored", Measure.STORED);
        measures.put("write", Measure.COUNT);
        measures.put("list", Measure.COUNT);
        measures.put("read", Measure.COUNT);
        measures.put("retrieved", Measure.BYTES);
        return measures;
    }

    /**
     * Reads the prices of clouds.
     *
     * @param text the file
     * @param wanted whose prices are needed; the file may leave the others out
     * @throws IOException if it cannot be read
     * @throws SettingsException if the file has problems; it names all of them, each with its line
     */
    static Prices read(Reader text, Collection<Provider> wanted) throws IOException {
        PricesFile file = new PricesFile();
        Prices prices = file.prices(file.root(text), wanted);
        if (!file.problems.isEmpty()) {
            throw new SettingsException(file.problems);
        }
        return prices;
    }

    private Optional<Node> root(Reader text) throws IOException {
        try {
            return new Compose(LoadSettings.builder().build()).composeReader(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new SettingsException(
                    Problem.of("invalid YAML: " + e.getProblem()).at(line));
        } catch (YamlEngineException e) {
            if (e.getCause() instanceof CharacterCodingException cause) {
                throw new IOException("this is not UTF-8 text", cause);
            }
            throw new SettingsException(Problem.of("invalid YAML: " + e.getMessage()));
        }
    }

    private Prices prices(Optional<Node> root, Collection<Provider> wanted) {
        Map<String, Entry> entries = root.map(node -> entries("the file", node)).orElse(Map.of());
        List<String> providers =
                Stream.of(Provider.values()).map(Provider::toString).toList();
        refuseOthers(
                "",
                entries,
                Stream.concat(Stream.of(CURRENCY), providers.stream()).toList());
        String currency = text("", entries, CURRENCY, "a name such as USD").orElse("");
        Map<Provider, CloudPrices> clouds = new EnumMap<>(Provider.class);
        for (Provider provider : Provider.values()) {
            Entry entry = entries.get(provider.toString());
            if (entry != null) {
                clouds.put(provider, cloud(provider, entry));
            } else if (wanted.contains(provider)) {
                problems.add(Problem.of(provider + " is missing; it must have " + REGION + ", " + PRICES + " and "
                        + STORAGE + ", unless --cloud names another"));
            }
        }
        return new Prices(currency, clouds);
    }

    private CloudPrices cloud(Provider provider, Entry entry) {
        String title = provider.toString();
        Map<String, Entry> entries = entries(title, entry.value());
        refuseOthers(title, entries, List.of(REGION, PRICES, STORAGE));
        String region =
                text(title, entries, REGION, "a name such as europe-west1").orElse("");
        return new CloudPrices(region, named(provider, entries), classes(title, entries));
    }

    private Map<PriceName, Price> named(Provider provider, Map<String, Entry> cloud) {
        String title = provider + "." + PRICES;
        Map<String, Entry> entries = mapping(title, cloud, PRICES);
        List<PriceName> names = PriceName.of(provider);
        refuseOthers(title, entries, names.stream().map(PriceName::toString).toList());
        Map<PriceName, Price> prices = new EnumMap<>(PriceName.class);
        for (PriceName name : names) {
            price(title, entries, name.toString(), name.measure()).ifPresent(price -> prices.put(name, price));
        }
        return prices;
    }

    private List<StorageClass> classes(String provider, Map<String, Entry> cloud) {
        String title = provider + "." + STORAGE;
        Map<String, Entry> entries = mapping(title, cloud, STORAGE);
        if (entries.isEmpty()) {
            problems.add(Problem.of(title + " names no class; it must name one at least, with the prices of "
                    + String.join(", ", OF_CLASS.keySet())));
        }
        List<StorageClass> classes = new ArrayList<>();
        entries.forEach(
                (name, entry) -> storageClass(title + "." + name, name, entry).ifPresent(classes::add));
        return classes;
    }

    private Optional<StorageClass> storageClass(String title, String name, Entry entry) {
        Map<String, Entry> entries = entries(title, entry.value());
        refuseOthers(title, entries, OF_CLASS.keySet());
        Map<String, Price> prices = new LinkedHashMap<>();
        OF_CLASS.forEach(
                (key, measure) -> price(title, entries, key, measure).ifPresent(price -> prices.put(key, price)));
        if (prices.size() < OF_CLASS.size()) {
            return Optional.empty();
        }
        List<Price> all = List.copyOf(prices.values());
        return Optional.of(new StorageClass(name, all.get(0), all.get(1), all.get(2), all.get(3), all.get(4)));
    }

    private Optional<Price> price(String title, Map<String, Entry> parent, String key, Measure measure) {
        String full = title + "." + key;
        Entry entry = parent.get(key);
        if (entry == null) {
            problems.add(Problem.of(
                    full + " is missing; it must have a price per " + measure.allowed() + ", a source and a date"));
            return Optional.empty();
        }
        Map<String, Entry> entries = entries(full, entry.value());
        refuseOthers(full, entries, OF_PRICE);
        Optional<BigDecimal> price = text(full, entries, "price", "a number, 0 or more, such as 0.05")
                .flatMap(text -> number(full, entries, text));
        Optional<BigDecimal> per = text(full, entries, "per", measure.allowed())
                .flatMap(text ->
                        orProblem(measure.amount(text), full + ".per", entries.get("per"), text, measure.allowed()));
        Optional<String> source = text(full, entries, "source", "where the price is from");
        String dates = "a day such as 2026-01-31";
        Optional<LocalDate> date = text(full, entries, "date", dates)
                .flatMap(text -> orProblem(day(text), full + ".date", entries.get("date"), text, dates));
        return price.isPresent() && per.isPresent() && source.isPresent() && date.isPresent()
                ? Optional.of(new Price(price.get(), per.get(), source.get(), date.get()))
                : Optional.empty();
    }

    private Optional<BigDecimal> number(String title, Map<String, Entry> entries, String text) {
        Optional<BigDecimal> number =
                text.matches("\\d{1,9}(\\.\\d{1,15})?") ? Optional.of(new BigDecimal(text)) : Optional.empty();
        return orProblem(number, title + ".price", entries.get("price"), text, "a number, 0 or more, such as 0.05");
    }

    private static Optional<LocalDate> day(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private <T> Optional<T> orProblem(
            Optional<T> value, String title, @Nullable Entry entry, String text, String allowed) {
        if (value.isEmpty()) {
            problems.add(at(entry, title + " is \"" + text + "\"; it must be " + allowed));
        }
        return value;
    }

    /** Returns a text that must be there. */
    private Optional<String> text(String title, Map<String, Entry> entries, String key, String allowed) {
        String full = title.isEmpty() ? key : title + "." + key;
        Entry entry = entries.get(key);
        if (entry == null) {
            problems.add(Problem.of(full + " is missing; it must be " + allowed));
            return Optional.empty();
        }
        if (!(entry.value() instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            problems.add(at(entry, full + " is not a text; it must be " + allowed));
            return Optional.empty();
        }
        return Optional.of(scalar.getValue().strip());
    }

    /** Returns the entries of a mapping that must be there. */
    private Map<String, Entry> mapping(String title, Map<String, Entry> parent, String key) {
        Entry entry = parent.get(key);
        return entry == null ? Map.of() : entries(title, entry.value());
    }

    private Map<String, Entry> entries(String title, Node node) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            problems.add(Problem.of(title + " must be a map of keys and values").at(line(node)));
            return entries;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(Problem.of("a key must be a name").at(line(tuple.getKeyNode())));
                continue;
            }
            Entry before = entries.putIfAbsent(key.getValue(), new Entry(tuple.getValueNode(), line(key)));
            if (before != null) {
                problems.add(Problem.of(key.getValue() + " is set twice; first in line " + before.line())
                        .at(line(key)));
            }
        }
        return entries;
    }

    private void refuseOthers(String title, Map<String, Entry> entries, Collection<String> known) {
        Set<String> names = Set.copyOf(known);
        entries.forEach((key, entry) -> {
            if (!names.contains(key)) {
                problems.add(at(
                        entry,
                        (title.isEmpty() ? key : title + "." + key) + " is unknown; use one of "
                                + String.join(", ", known)));
            }
        });
    }

    private static Problem at(@Nullable Entry entry, String sentence) {
        Problem problem = Problem.of(sentence);
        return entry == null ? problem : problem.at(entry.line());
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /**
     * A value with its key's line.
     *
     * @param value what is there
     * @param line where its key is
     */
    private record Entry(Node value, int line) {}
}
